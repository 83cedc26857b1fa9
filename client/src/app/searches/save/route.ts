import { searchPath } from '../../../features/catalog/search.ts';
import { readFields, toSavedQuery } from '../../../features/searches/search-form-fields.ts';
import { getTranslate } from '../../../i18n/server.ts';
import { signInPath, withParameter } from '../../../lib/paths.ts';
import { saveSearch } from '../../../server/saved-searches.ts';

/** Takes the form that saves a search, and returns to that search; a guest signs in on the way. */
export async function POST(request: Request): Promise<Response> {
  const [form, t] = await Promise.all([request.formData(), getTranslate()]);
  const search = readFields(form);
  const result = await saveSearch(toSavedQuery(search));
  const path = searchPath(search);
  const isGuest = !result.ok && result.code === 'not_signed_in';
  const next = isGuest ? signInPath(path) : withParameter(path, 'save', result.ok ? 'saved' : result.code);
  return new Response(null, { status: 303, headers: { location: t.path(next) } });
}
