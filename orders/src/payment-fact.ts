import { Counter } from 'prom-client';
import type { EventData, Logger } from '@ticketing/common';
import type { Order } from './models/order.ts';
import { paymentOf } from './models/payment-of.ts';
import type { Fact } from './purchase.ts';
import { paymentDiffers } from './purchase.ts';

const mismatches = new Counter({
  name: 'ticketing_orders_payment_mismatches_total',
  help: 'Payment events whose user, amount or currency is not that of their order',
  labelNames: ['event'],
});
// With 0 from the start, so that an alert sees the first one.
for (const event of ['payment:authorized', 'payment:created'] as const) mismatches.inc({ event }, 0);

/** What a payment event means for its order. Reports a payment that differs: a defect, or a forged event. */
export function paymentFact(
  event: 'payment:authorized' | 'payment:created',
  data: EventData<'payment:created'>,
  log: Logger,
) {
  return (order: Order): Fact => {
    const { userId, amount, currency } = data;
    const differs = paymentDiffers(order, data);
    if (differs) {
      mismatches.inc({ event });
      log.error(
        { orderId: order._id, event, userId, amount, currency, alarm: true },
        'the payment differs from its order',
      );
    }
    return { event, payment: paymentOf(data), differs };
  };
}
