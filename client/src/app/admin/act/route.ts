import { adminActions, isAdminAction } from '../../../features/admin/actions.ts';
import { post } from '../../../server/api.ts';

/** Takes the forms of the console, and returns to the page that sent them. The services decide who may act. */
export async function POST(request: Request): Promise<Response> {
  const form = await request.formData();
  const text = (name: string) => {
    const value = form.get(name);
    // Browsers send line breaks of a form as CR LF.
    return typeof value === 'string' ? value.replaceAll('\r\n', '\n') : '';
  };
  const [action, id, back] = [text('action'), text('id'), text('back')];
  if (
    !isAdminAction(action) ||
    !/^[0-9a-f]{24}$/.test(id) ||
    !/^\/admin(\/[a-z]+\/[0-9a-f]{24})?$/.test(back)
  )
    return new Response('This form is not complete.', { status: 400 });
  const { service, path } = adminActions[action];
  const result = await post<{ id: string }>(service, path(id), { reason: text('reason') });
  // A restored listing may have a new id.
  const next = result.ok && action === 'restore-listing' ? `/admin/listings/${result.data.id}` : back;
  const shown = result.ok ? `done=${action}` : `problem=${encodeURIComponent(result.code)}`;
  return new Response(null, { status: 303, headers: { location: `${next}?${shown}` } });
}
