import { CancelReason, closedCounter, HttpError } from '@ticketing/common';

/** `repeated`: the buyer already has this reservation. The others are codes of docs/openapi.yaml. */
const outcomes = [
  'created',
  'repeated',
  'ticket_reserved',
  'ticket_sold',
  'ticket_withdrawn',
  'event_over',
  'price_changed',
  'listing_changed',
  'own_ticket',
  'cooldown',
  'reservation_limit',
  'not_found',
  'not_synchronized',
  'too_busy',
];

/** Counts one request to reserve a ticket by its outcome. */
export const countReservation = closedCounter({
  name: 'ticketing_reservations_total',
  help: 'Requests to reserve a ticket, by outcome',
  label: 'outcome',
  values: outcomes,
});

/** Resolves and rejects like `reserve`, and counts its outcome. */
export async function countingReservation(reserve: () => Promise<'created' | 'repeated'>): Promise<void> {
  try {
    countReservation(await reserve());
  } catch (error) {
    countReservation(error instanceof HttpError ? error.code : undefined);
    throw error;
  }
}

/** Counts an order that ended without a sale, or was refunded for a reason. */
export const countEnd = closedCounter({
  name: 'ticketing_orders_ended_total',
  help: 'Orders that ended without a sale, or by a lost dispute, by reason',
  label: 'reason',
  values: CancelReason.options,
});
