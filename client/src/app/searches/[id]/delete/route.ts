import { getTranslate } from '../../../../i18n/server.ts';
import { deleteSavedSearch } from '../../../../server/saved-searches.ts';

/** Deletes a saved search, and returns to the others. */
export async function POST(
  _request: Request,
  { params }: RouteContext<'/searches/[id]/delete'>,
): Promise<Response> {
  const [{ id }, t] = await Promise.all([params, getTranslate()]);
  const result = await deleteSavedSearch(id);
  // It may be deleted already, in another tab or by a second press.
  const outcome = result.ok || result.code === 'not_found' ? 'deleted' : result.code;
  const query = new URLSearchParams({ searches: outcome });
  return new Response(null, { status: 303, headers: { location: t.path(`/account?${query}#searches`) } });
}
