import { advance, applyFact, keepsTicket, reservationError } from '../../orders/src/purchase.ts';
import {
  nextStatus,
  afterCancel,
  afterCapture,
  afterConfirm,
  afterRefund,
  isConsistent,
  publishedEvent,
  applyIntent,
  affectsCharge,
  charge as table,
  reactToOrder,
} from '../../payments/src/charge.ts';
import { applyOrderFact, assertAvailable } from '../../tickets/src/reservation.ts';

/**
 * The rules by which the services decide, as the services import them. Everything here is computed with these very
 * functions; a mutation replaces one of them in a copy of this object, never in the services.
 */
export const rules = {
  orders: { advance, applyFact, keepsTicket, reservationError },
  tickets: { applyOrderFact, assertAvailable },
  payments: {
    nextStatus,
    afterCancel,
    afterCapture,
    afterConfirm,
    afterRefund,
    isConsistent,
    publishedEvent,
    applyIntent,
    affectsCharge,
    reactToOrder,
    table,
  },
};
export type Rules = typeof rules;
