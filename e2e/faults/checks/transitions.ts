/**
 * The statuses that may follow a status. The tables repeat those of the services on purpose: a rule that is changed
 * there by mistake shows here.
 */
type Transitions = Record<string, readonly string[]>;

export const orderTransitions: Transitions = {
  created: ['created', 'awaiting:payment', 'cancelled'],
  'awaiting:payment': ['complete', 'cancelled'],
  complete: ['refunded'],
  cancelled: ['cancelled'], // a later version shows the result for its payment
  refunded: [],
};
export const paymentTransitions: Transitions = {
  authorized: ['captured', 'voided', 'failed', 'refunded'],
  captured: ['refunded'],
  voided: ['refunded'],
  failed: ['refunded'],
  refunded: [],
};
export const ticketTransitions: Transitions = {
  available: ['available', 'reserved', 'withdrawn'],
  reserved: ['available', 'reserved', 'sold', 'withdrawn'],
  sold: ['sold', 'withdrawn'], // the refusal of a later order is published as another version
  withdrawn: ['withdrawn'],
};
export const finalOrderStatuses = ['complete', 'cancelled', 'refunded'];
export const finalPaymentStatuses = ['captured', 'voided', 'failed', 'refunded'];
