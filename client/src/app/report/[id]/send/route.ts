import { getTranslate } from '../../../../i18n/server.ts';
import { sendForm } from '../../../../server/api.ts';

/** Takes the form of a report, and returns to its page. */
export async function POST(
  request: Request,
  { params }: RouteContext<'/report/[id]/send'>,
): Promise<Response> {
  const [form, { id }, t] = await Promise.all([request.formData(), params, getTranslate()]);
  const [reason, text] = [form.get('reason'), form.get('text')];
  // Browsers send line breaks of a form as CR LF.
  const body = {
    reason,
    ...(typeof text === 'string' && text !== '' && { text: text.replaceAll('\r\n', '\n') }),
  };
  const path = encodeURIComponent(id);
  const result = await sendForm('POST', 'tickets', `/api/tickets/${path}/reports`, body);
  const shown = result.ok ? 'sent=1' : `problem=${encodeURIComponent(result.code)}`;
  return new Response(null, { status: 303, headers: { location: t.path(`/report/${path}?${shown}`) } });
}
