import type { RequestHandler } from 'express';
import type { EventBus, Outbox } from '@ticketing/common';
import {
  ConflictError,
  ForbiddenError,
  NotFoundError,
  optional,
  pathId,
  requireUser,
  text,
  validate,
  waitForReplica,
} from '@ticketing/common';
import type { Config } from '../config.ts';
import { transition } from '../models/change-payment.ts';
import type { Payment } from '../models/payment.ts';
import { findPayment } from '../models/payment.ts';
import { publicPayment } from '../models/public-payment.ts';
import type { Worker } from '../worker.ts';

const refund = { reason: optional(text({ max: 500, name: 'reason', lines: true })) };

/** Lets the seller refund the buyer. */
export function refundPayment(deps: {
  bus: Pick<EventBus, 'isCurrent'>;
  outbox: Outbox;
  worker: Worker;
  stripe: Config['stripe'];
}): RequestHandler {
  return async (req, res) => {
    const seller = requireUser(req);
    const { reason } = await validate<{ reason?: string }>(refund, req);
    const orderId = pathId(req);
    if (!orderId) throw new NotFoundError('Payment');
    const payment = await waitForReplica(orderId, (_id) => findPayment({ _id }), {
      what: 'Payment',
      bus: deps.bus,
    });
    if (payment.order.sellerId !== seller.id)
      throw new ForbiddenError('Only the seller of the ticket can refund it');
    if (payment.status === 'none') throw new NotFoundError('Payment');
    const now = await startRefund(payment, reason);
    if (now.status === 'refunding') deps.worker.enqueue(now._id);
    res.status(now.status === 'refunded' ? 200 : 202).json(publicPayment(now, deps.stripe));
  };
}

/** Starts the refund only if the order is complete in the same write: a refund must not overtake its sale. */
async function startRefund(payment: Payment, reason: string | undefined): Promise<Payment> {
  const changed =
    payment.status === 'captured'
      ? await transition(
          payment,
          'startRefund',
          { ...(reason && { refundReason: reason }) },
          { 'order.status': 'complete' },
        )
      : undefined;
  const now = changed ?? (await findPayment({ _id: payment._id })) ?? payment;
  if (now.status !== 'refunding' && now.status !== 'refunded')
    throw new ConflictError('order_not_complete', 'Only a complete order can be refunded');
  return now;
}
