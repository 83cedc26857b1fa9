import { advance, applyFact, isSilent, keepsTicket, reservationError } from '../../orders/src/purchase.ts';
import { limitFieldsAfter } from '../../orders/src/reservation-limits.ts';
import {
  affectsCharge,
  afterCancel,
  afterCapture,
  afterConfirm,
  applyIntent,
  charge as table,
  isConsistent,
  nextStatus,
  publishedEvent,
  reactToOrder,
} from '../../payments/src/charge.ts';
import { afterRefund, applyMoney } from '../../payments/src/returned-money.ts';
import { applyOrderFact, assertAvailable } from '../../tickets/src/reservation.ts';

/**
 * The pure rules of the services, imported from the services themselves. A mutation replaces one of them in a copy of
 * this object, never in the services.
 */
export const rules = {
  orders: { advance, applyFact, isSilent, keepsTicket, limitFieldsAfter, reservationError },
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
    applyMoney,
    affectsCharge,
    reactToOrder,
    table,
  },
};
export type Rules = typeof rules;
