import type { Rules } from './rules.ts';
import { rules } from './rules.ts';
import type { RuleChange, Run } from './run.ts';
import { ruleMutation } from './run.ts';

type ApplyOrderFact = Rules['tickets']['applyOrderFact'];

const noHolder = { orderId: undefined, buyerId: undefined };

/** Rules of tickets with another result where `change` does not return 'unchanged'. */
function applyOrderFact(
  change: (...args: Parameters<ApplyOrderFact>) => ReturnType<ApplyOrderFact> | 'unchanged',
): RuleChange {
  return {
    tickets: {
      applyOrderFact: (state, fact) => {
        const changed = change(state, fact);
        return changed === 'unchanged' ? rules.tickets.applyOrderFact(state, fact) : changed;
      },
    },
  };
}

/** The rules of tickets, changed in one place each. */
export const ticketMutations: Run[] = [
  ruleMutation(
    'tickets: the reservation number is ignored',
    'I1',
    applyOrderFact((state, { happened, orderId, reservationSeq }) =>
      happened === 'created' &&
      state.status !== 'sold' &&
      state.status !== 'withdrawn' &&
      state.orderId !== orderId
        ? {
            status: 'reserved',
            reservationSeq: Math.max(reservationSeq, state.reservationSeq),
            orderId,
            buyerId: '',
          }
        : 'unchanged',
    ),
    { orders: 2, skipsIneffectiveEvents: false },
  ),
  ruleMutation(
    'tickets: a cancellation releases the reservation of another order',
    'I7',
    applyOrderFact((state, { happened }) =>
      happened === 'cancelled' && state.status === 'reserved'
        ? { status: 'available', ...noHolder }
        : 'unchanged',
    ),
    { orders: 2, skipsIneffectiveEvents: false, expires: false, buyerCancels: true },
  ),
  ruleMutation(
    'tickets: a tombstone does not release the older reservation',
    'I1',
    applyOrderFact((state, { happened, reservationSeq }) =>
      happened === 'cancelled' && reservationSeq > state.reservationSeq ? { reservationSeq } : 'unchanged',
    ),
    { orders: 2 },
  ),
  ruleMutation(
    'tickets: no tombstone',
    'I1',
    applyOrderFact((state, { happened, reservationSeq }) =>
      happened === 'cancelled' && reservationSeq > state.reservationSeq ? undefined : 'unchanged',
    ),
    { skipsIneffectiveEvents: false },
  ),
  ruleMutation(
    'tickets: any order with a number that is not older completes the sale',
    'I6',
    applyOrderFact((state, { happened, reservationSeq, at }) =>
      happened === 'complete' && reservationSeq >= state.reservationSeq && state.status !== 'sold'
        ? { status: 'sold', soldAt: at }
        : 'unchanged',
    ),
    { refund: true, skipsIneffectiveEvents: false },
  ),
  ruleMutation(
    'tickets: a refusal does not record the reservation number',
    'I6',
    applyOrderFact(({ status }, { happened, orderId }) =>
      happened === 'created' && status === 'withdrawn' ? { refusedOrderId: orderId } : 'unchanged',
    ),
    { withdraw: true, redeliveryChangesNothing: true },
  ),
  ruleMutation(
    'tickets: a withdrawn ticket is reserved',
    'I6',
    applyOrderFact((state, { happened, orderId, reservationSeq }) =>
      happened === 'created' && state.status === 'withdrawn' && reservationSeq > state.reservationSeq
        ? { status: 'reserved', reservationSeq, orderId, buyerId: '' }
        : 'unchanged',
    ),
    { withdraw: true },
  ),
  ruleMutation(
    'tickets: a refund puts the ticket back on sale',
    'I1',
    applyOrderFact((state, { happened, orderId }) =>
      happened === 'refunded' && state.orderId === orderId
        ? { status: 'available', soldAt: undefined, ...noHolder }
        : 'unchanged',
    ),
    { refund: true },
  ),
  ruleMutation(
    'tickets: a refund delivered before the sale is ignored',
    'I1',
    applyOrderFact(({ status }, { happened }) =>
      happened === 'refunded' && status !== 'sold' ? undefined : 'unchanged',
    ),
    { refund: true },
  ),
  ruleMutation(
    'tickets: the seller may withdraw a reserved ticket',
    'I1',
    {
      tickets: {
        assertAvailable: ({ status }) => {
          if (status === 'withdrawn') throw new Error('withdrawn');
        },
      },
    },
    { withdraw: true },
  ),
];
