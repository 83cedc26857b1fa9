import type { StoredOrder } from '../../shop/snapshot.ts';
import type { Call } from '../history.ts';

/**
 * I1 as clients see it. An order has the ticket for certain from the answer to its reservation until the first moment
 * at which something may have ended it. No other reservation of the ticket may start and end within that time.
 */
export function findReservationViolations(orders: StoredOrder[], calls: Call[]): string[] {
  const orderOf = new Map(orders.map((order) => [order._id, order]));
  const found: string[] = [];
  for (const [ticketId, reservations] of groupReservations(calls))
    for (const reservation of reservations) {
      const order = orderOf.get(reservation.answer?.id ?? '');
      if (!order) continue;
      const until = earliestEnd(order, calls);
      for (const other of reservations)
        if (other.answer?.id !== order._id && other.start > reservation.end && other.end < until)
          found.push(`I1 order ${other.answer?.id} got ticket ${ticketId} while order ${order._id} had it`);
    }
  return found;
}

/** The reservations that created an order, by ticket. */
function groupReservations(calls: Call[]): Map<string, Call[]> {
  const byTicket = new Map<string, Call[]>();
  for (const call of calls) {
    if (call.op !== 'reserve' || call.outcome !== 'ok' || call.status !== 201) continue;
    const ticketId = call.answer?.ticketId ?? '';
    byTicket.set(ticketId, [...(byTicket.get(ticketId) ?? []), call]);
  }
  return byTicket;
}

function earliestEnd({ _id, status, reason, expiresAt }: StoredOrder, calls: Call[]): number {
  if (status !== 'cancelled') return Infinity;
  if (reason === 'expired') return expiresAt.getTime();
  if (reason === 'refused') return 0;
  const cancelMethod = reason === 'buyer' ? 'DELETE' : 'POST';
  const concerning = calls.filter(
    ({ method, path, body }) => method === cancelMethod && `${path}${JSON.stringify(body)}`.includes(_id),
  );
  return Math.min(...concerning.map(({ start }) => start));
}
