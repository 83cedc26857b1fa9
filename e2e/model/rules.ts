import { advance, follow, keepsTicket, refusal } from '../../orders/src/purchase.ts';
import {
  after as afterStep,
  afterCancel,
  afterCapture,
  afterConfirm,
  afterRefund,
  agrees,
  announces,
  applyIntent,
  asks,
  charge as table,
  react,
} from '../../payments/src/charge.ts';
import { after as afterOrder, assertFree } from '../../tickets/src/reservation.ts';

/**
 * The rules by which the services decide, as the services import them. Everything here is computed with these very
 * functions; a mutation replaces one of them in a copy of this object, never in the services.
 */
export const rules = {
  orders: { advance, follow, keepsTicket, refusal },
  tickets: { after: afterOrder, assertFree },
  payments: {
    after: afterStep,
    afterCancel,
    afterCapture,
    afterConfirm,
    afterRefund,
    agrees,
    announces,
    applyIntent,
    asks,
    react,
    table,
  },
};
export type Rules = typeof rules;
