import type { StripeError } from './errors.ts';
import type { Charge, Dispute, Intent, Refund } from './objects.ts';

export type EventDraft = [type: string, object: Intent | Charge | Refund | Dispute];

/** What one request changes: the new state of the objects and the events that Stripe would publish about it. */
export interface Change {
  intent: Intent;
  charge?: Charge;
  refund?: Refund;
  dispute?: Dispute;
  events: EventDraft[];
  /** Set when the request fails although it changes state, as a declined card does. */
  error?: StripeError;
}
