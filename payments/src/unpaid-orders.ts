import { smallestIdAt } from '@ticketing/common';
import type { Payment } from './models/payment.ts';
import { payments } from './models/payment.ts';

type UnpaidOrder = Pick<Payment, '_id' | 'status' | 'intent'>;

const paid = ['captured', 'refunding', 'refunded'] as const;

/**
 * The orders placed since a time that are complete without a captured payment, whether or not Stripe knows of them: a
 * defect or a forged event completed them. A payment that changed after `settledBefore` is left out.
 */
export function unpaidOrders(since: Date, settledBefore: Date): AsyncIterable<UnpaidOrder> {
  return payments().find<UnpaidOrder>(
    {
      _id: { $gte: smallestIdAt(since.getTime()) },
      'order.status': 'complete',
      status: { $nin: [...paid] },
      since: { $lt: settledBefore },
    },
    { projection: { status: 1, intent: 1 }, hint: { _id: 1 } },
  );
}
