import { ConflictError } from '@ticketing/common';
import type { TicketStatus } from '@ticketing/common';

/**
 * Who a ticket is kept for, decided by orders and followed here.
 *
 *     available ─created→ reserved ─complete→ sold ─refunded→ withdrawn
 *         ↑                  └─cancelled→ available
 *         └── withdrawn by its seller, while available
 *
 * `reservationSeq` is the highest reservation number seen. Each order of a ticket has a number of its own, growing by one,
 * so whatever comes late, twice or in the wrong order is recognised by it.
 */
export type ReservationState = {
  status: TicketStatus;
  reservationSeq: number;
  /** The order that the ticket is reserved for or sold to, and its buyer. */
  orderId?: string | undefined;
  buyerId?: string | undefined;
  soldAt?: Date | undefined;
  /** The last order that was refused, so that a lost refusal can be told again. */
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

/** What becomes of the slot; a field that is undefined is removed. */
export type Changes = Partial<ReservationState>;

const nobody = { orderId: undefined, buyerId: undefined } as const;

const rules: Record<OrderFact['happened'], (slot: ReservationState, fact: OrderFact) => Changes | undefined> =
  {
    created(slot, { reservationSeq, orderId, buyerId }) {
      if (reservationSeq <= slot.reservationSeq) return undefined;
      switch (slot.status) {
        case 'available':
        case 'reserved': // by an older order, whose cancellation is still on its way
          return { reservationSeq, status: 'reserved', orderId, buyerId };
        case 'withdrawn':
        case 'sold':
          return { reservationSeq, refusedOrderId: orderId };
      }
    },

    // A newer order that is cancelled before it was seen also ends what an older one held; its number stays as a
    // tombstone, so that its own late creation reserves nothing.
    cancelled(slot, fact) {
      const isNewer = fact.reservationSeq > slot.reservationSeq;
      const isHolder = fact.reservationSeq === slot.reservationSeq && isReservedFor(slot, fact.orderId);
      const frees = slot.status === 'reserved' && (isNewer || isHolder);
      if (!isNewer && !frees) return undefined;
      return {
        ...(isNewer && { reservationSeq: fact.reservationSeq }),
        ...(frees && { status: 'available', ...nobody }),
      };
    },

    // Only the holder counts here, not the number: a late `complete` after `refunded` must not sell anything.
    complete(slot, { orderId, at }) {
      if (slot.status !== 'reserved' || !isReservedFor(slot, orderId)) return undefined;
      return { status: 'sold', soldAt: at };
    },

    // The order keeps the ticket's slot for ever, so the ticket can never be reserved again: it is withdrawn.
    refunded(slot, { orderId }) {
      if ((slot.status !== 'reserved' && slot.status !== 'sold') || !isReservedFor(slot, orderId))
        return undefined;
      return { status: 'withdrawn', soldAt: undefined, ...nobody };
    },
  };

/** What follows from a fact about an order; undefined where it changes nothing. */
export function applyOrderFact(slot: ReservationState, fact: OrderFact): Changes | undefined {
  return rules[fact.happened](slot, fact);
}

/** How this order's creation was answered, if it was: asked again, the answer is the same. */
export function previousAnswer(slot: ReservationState, orderId: string): 'reserved' | 'refused' | undefined {
  if (isReservedFor(slot, orderId)) return 'reserved';
  return slot.refusedOrderId === orderId ? 'refused' : undefined;
}

function isReservedFor(slot: ReservationState, orderId: string) {
  return slot.orderId === orderId && (slot.status === 'reserved' || slot.status === 'sold');
}

const refusals: Record<Exclude<TicketStatus, 'available'>, [code: string, message: string]> = {
  reserved: ['ticket_reserved', 'This ticket is reserved by a buyer'],
  sold: ['ticket_sold', 'This ticket is sold'],
  withdrawn: ['ticket_withdrawn', 'This ticket is withdrawn'],
};

/** Lets the seller edit or withdraw a ticket that is free; refuses otherwise. */
export function assertAvailable({ status }: Pick<ReservationState, 'status'>): void {
  if (status !== 'available') throw new ConflictError(...refusals[status]);
}
