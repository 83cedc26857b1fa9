import { adminActions, isAdminAction } from '../../../features/admin/actions.ts';
import { sendForm } from '../../../server/api.ts';

/** Takes the forms of the console, and returns to the page that sent them. The services decide who may act. */
export async function POST(request: Request): Promise<Response> {
  const form = await request.formData();
  const text = (name: string) => {
    const value = form.get(name);
    // Browsers send line breaks of a form as CR LF.
    return typeof value === 'string' ? value.replaceAll('\r\n', '\n') : '';
  };
  const [action, back] = [text('action'), text('back')];
  const target = isAdminAction(action) ? adminActions[action](text('id')) : undefined;
  if (!target || !/^\/admin(\/[a-z-]+(\/[\w:%-]+){0,2})?$/.test(back))
    return new Response('This form is not complete.', { status: 400 });
  const body = { reason: text('reason') };
  const result = await sendForm<{ id: string }>('POST', target.service, target.path, body);
  const next = (result.ok && placeAfter(action, result.data)) || back;
  const shown = result.ok ? `done=${action}` : `problem=${encodeURIComponent(result.code)}`;
  return new Response(null, { status: 303, headers: { location: `${next}?${shown}` } });
}

/** Where the result of an action is, if not where its form was. */
function placeAfter(action: string, { id }: { id: string }): string | undefined {
  if (action === 'restore-listing') return `/admin/listings/${id}`; // which may be a new one
  return action.endsWith('dead-letter') ? '/admin/dead-letters' : undefined;
}
