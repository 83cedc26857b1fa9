import type { TicketStatus } from '@ticketing/common';
import { ConflictError } from '@ticketing/common';

/**
 * The reservation of a ticket. The orders service decides which buyer gets the ticket; this service applies the
 * decision and refuses what it cannot apply.
 *
 *     available ─created→ reserved ─complete→ sold ─refunded→ withdrawn
 *     reserved ─cancelled→ available
 *     reserved ─refunded→ withdrawn
 *     available ─withdrawn by its seller→ withdrawn
 *
 * Every order of a ticket has a sequence number, one more than the order before. `reservationSeq` is the highest number
 * seen, so a fact that arrives late, twice or out of order is recognized by its number.
 */
export type ReservationState = {
  status: TicketStatus;
  reservationSeq: number;
  /** The order that the ticket is reserved for or sold to, and its buyer. */
  orderId?: string | undefined;
  buyerId?: string | undefined;
  soldAt?: Date | undefined;
  /** The last order that was refused, so that a lost refusal can be republished. */
  refusedOrderId?: string | undefined;
};

/** What happened to an order of the ticket, and when. */
export type OrderFact = {
  happened: 'created' | 'cancelled' | 'complete' | 'refunded';
  orderId: string;
  buyerId: string;
  reservationSeq: number;
  at: Date;
};

/** The fields that a fact changes; a field that is undefined is removed. */
export type Changes = Partial<ReservationState>;

const withoutOrder = { orderId: undefined, buyerId: undefined } as const;

type Rule = (state: ReservationState, fact: OrderFact) => Changes | undefined;

const rules: Record<OrderFact['happened'], Rule> = {
  created(state, { reservationSeq, orderId, buyerId }) {
    if (reservationSeq <= state.reservationSeq) return undefined;
    switch (state.status) {
      case 'available':
      case 'reserved': // by an older order, whose cancellation has not arrived yet
        return { reservationSeq, status: 'reserved', orderId, buyerId };
      case 'withdrawn':
      case 'sold':
        return { reservationSeq, refusedOrderId: orderId };
    }
  },

  // A newer order may be cancelled before its creation arrives. That also ends the reservation of an older order, and
  // the number is kept, so that the late creation reserves nothing.
  cancelled(state, fact) {
    const isNewer = fact.reservationSeq > state.reservationSeq;
    const isCurrent = fact.reservationSeq === state.reservationSeq && isReservedFor(state, fact.orderId);
    const frees = state.status === 'reserved' && (isNewer || isCurrent);
    if (!isNewer && !frees) return undefined;
    return {
      ...(isNewer && { reservationSeq: fact.reservationSeq }),
      ...(frees && { status: 'available', ...withoutOrder }),
    };
  },

  // The order id decides here, not the number: a late `complete` after `refunded` must not sell the ticket.
  complete(state, { orderId, at }) {
    if (state.status !== 'reserved' || !isReservedFor(state, orderId)) return undefined;
    return { status: 'sold', soldAt: at };
  },

  // A refunded order keeps the ticket's reservationKey in orders, so no order can reserve the ticket again.
  refunded(state, { orderId }) {
    if (!isReservedFor(state, orderId)) return undefined;
    return { status: 'withdrawn', soldAt: undefined, ...withoutOrder };
  },
};

/** What a fact changes in a ticket, or undefined when it changes nothing. */
export function applyOrderFact(state: ReservationState, fact: OrderFact): Changes | undefined {
  return rules[fact.happened](state, fact);
}

/** What was decided about an order before, as far as the ticket still shows it. */
export function previousDecision(
  state: ReservationState,
  orderId: string,
): 'reserved' | 'refused' | undefined {
  if (isReservedFor(state, orderId)) return 'reserved';
  return state.refusedOrderId === orderId ? 'refused' : undefined;
}

function isReservedFor(state: ReservationState, orderId: string) {
  return state.orderId === orderId && (state.status === 'reserved' || state.status === 'sold');
}

const conflicts: Record<Exclude<TicketStatus, 'available'>, [code: string, message: string]> = {
  reserved: ['ticket_reserved', 'This ticket is reserved by a buyer'],
  sold: ['ticket_sold', 'This ticket is sold'],
  withdrawn: ['ticket_withdrawn', 'This ticket is withdrawn'],
};

/** Throws ConflictError unless the ticket is available, so that its seller may edit or withdraw it. */
export function assertAvailable({ status }: Pick<ReservationState, 'status'>): void {
  if (status !== 'available') throw new ConflictError(...conflicts[status]);
}
