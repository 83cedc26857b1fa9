import { getTranslate } from '../../../../i18n/server.ts';
import { formatVenue } from '../../../../lib/card.ts';

import { ApiError, getOrder } from '../../../../server/api.ts';
import { calendarFile } from '../../../../server/calendar.ts';
import { publicOrigin } from '../../../../server/origin.ts';

/** The event of the user's own ticket as a calendar file. 404 until it is paid, and for a ticket without a date. */
export async function GET(_request: Request, { params }: RouteContext<'/orders/[id]/calendar.ics'>) {
  const { id } = await params;
  const order = await getOrder(id).catch((error: unknown) => {
    if (error instanceof ApiError) return new Response('Not available\n', { status: error.status || 503 });
    throw error;
  });
  if (order instanceof Response) return order;
  if (order?.status !== 'complete' || !order.ticket.startsAt)
    return new Response('Not found\n', { status: 404 });
  const origin = publicOrigin();
  const { title, startsAt, seat } = order.ticket;
  const t = await getTranslate();
  const url = `${origin}${t.path(`/orders/${order.id}`)}`;
  const file = calendarFile(
    {
      uid: `${order.id}@${new URL(origin).hostname}`,
      start: new Date(startsAt),
      summary: title,
      location: formatVenue(t, order.ticket),
      description: [seat, t('Your ticket: {url}', { url })].filter(Boolean).join('\n'),
      url,
    },
    new Date(),
  );
  return new Response(file, {
    headers: {
      'content-type': 'text/calendar; charset=utf-8',
      'content-disposition': 'attachment; filename="ticket.ics"',
      'cache-control': 'private, no-store',
    },
  });
}
