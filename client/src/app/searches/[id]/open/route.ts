import { searchPath } from '../../../../features/catalog/search.ts';
import { readFields } from '../../../../features/searches/search-form-fields.ts';
import { getTranslate } from '../../../../i18n/server.ts';
import { markSearchSeen } from '../../../../server/saved-searches.ts';

/** Goes to what a saved search finds. Nothing of it is new from now on; that this fails is no reason not to show it. */
export async function POST(
  request: Request,
  { params }: RouteContext<'/searches/[id]/open'>,
): Promise<Response> {
  const [form, { id }, t] = await Promise.all([request.formData(), params, getTranslate()]);
  await markSearchSeen(id);
  return new Response(null, { status: 303, headers: { location: t.path(searchPath(readFields(form))) } });
}
