import {
  ConflictError,
  ForbiddenError,
  NotFoundError,
  waitForReplica,
  optional,
  pathId,
  requireUser,
  text,
  validate,
} from '@ticketing/common';
import type { Outbox } from '@ticketing/common';
import type { RequestHandler } from 'express';
import type { Config } from '../config.ts';
import { findPayment, move } from '../models/payment.ts';
import type { Payment } from '../models/payment.ts';
import { publicPayment } from '../models/public-payment.ts';
import type { Worker } from '../worker.ts';

const refund = { reason: optional(text({ max: 500, name: 'reason' })) };

/** The seller gives the buyer's money back. */
export function refundPayment(deps: {
  outbox: Outbox;
  worker: Worker;
  stripe: Config['stripe'];
}): RequestHandler {
  return async (req, res) => {
    const seller = requireUser(req);
    const { reason } = await validate<{ reason?: string }>(refund, req);
    const orderId = pathId(req);
    const payment = orderId && (await waitForReplica(orderId, (_id) => findPayment({ _id })));
    if (!payment) throw new NotFoundError('Payment');
    if (payment.order.sellerId !== seller.id)
      throw new ForbiddenError('Only the seller of the ticket can refund it');
    if (payment.status === 'none') throw new NotFoundError('Payment');
    const now = await beginRefund(payment, reason);
    if (now.status === 'refunding') deps.worker.kick(now._id);
    res.status(now.status === 'refunded' ? 200 : 202).json(publicPayment(now, deps.stripe));
  };
}

/** Refused unless the order is complete in this very write: a refund must not overtake the sale that it undoes. */
async function beginRefund(payment: Payment, reason: string | undefined): Promise<Payment> {
  const moved =
    payment.status === 'captured'
      ? await move(
          payment,
          'startRefund',
          { ...(reason && { refundReason: reason }) },
          { 'order.status': 'complete' },
        )
      : undefined;
  const now = moved ?? (await findPayment({ _id: payment._id })) ?? payment;
  if (now.status !== 'refunding' && now.status !== 'refunded')
    throw new ConflictError('order_not_complete', 'Only a complete order can be refunded');
  return now;
}
