import type { RequestHandler } from 'express';
import {
  ForbiddenError,
  id,
  NotFoundError,
  pathId,
  requireUser,
  validate,
  waitForReplica,
} from '@ticketing/common';
import { paymentAfter } from '../answer-time.ts';
import type { Config } from '../config.ts';
import type { Payment } from '../models/payment.ts';
import { findPayment, isOrderAlive } from '../models/payment.ts';
import { publicPayment } from '../models/public-payment.ts';
import type { Worker } from '../worker.ts';
import { mayHaveChanged } from '../worker.ts';

type Deps = { worker: Worker; stripe: Config['stripe'] };

export function showPayment({ worker, stripe }: Deps): RequestHandler {
  return async (req, res) => {
    const user = requireUser(req);
    res.json(publicPayment(await refreshedPayment(worker, pathId(req), user.id), stripe));
  };
}

/** Answers with one payment, not a list: an order has only one. */
export function findPaymentOfOrder({ worker, stripe }: Deps): RequestHandler {
  return async (req, res) => {
    const user = requireUser(req);
    const { orderId } = await validate<{ orderId: string }>(
      { orderId: id('Invalid order ID') },
      req,
      'query',
    );
    res.json(publicPayment(await refreshedPayment(worker, orderId, user.id), stripe));
  };
}

/** The payment, refreshed from Stripe where it may have changed there. Waits 4 s at most. */
async function refreshedPayment(
  worker: Worker,
  orderId: string | undefined,
  userId: string,
): Promise<Payment> {
  const payment = orderId && (await waitForReplica(orderId, (_id) => findPayment({ _id })));
  if (!payment) throw new NotFoundError('Payment');
  if (payment.order.userId !== userId) throw new ForbiddenError('This payment is not yours');
  if (payment.status === 'none') throw new NotFoundError('Payment');
  if (!isOrderAlive(payment) || !mayHaveChanged(payment)) return payment;
  return paymentAfter(worker.refresh(payment._id, 'interactive'), payment);
}
