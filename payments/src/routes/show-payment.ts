import { setTimeout as wait } from 'node:timers/promises';
import {
  ForbiddenError,
  NotFoundError,
  waitForReplica,
  id,
  pathId,
  requireUser,
  validate,
} from '@ticketing/common';
import type { RequestHandler } from 'express';
import type { Config } from '../config.ts';
import { findPayment, isOrderAlive } from '../models/payment.ts';
import type { Payment } from '../models/payment.ts';
import { publicPayment } from '../models/public-payment.ts';
import { mayHaveChanged } from '../worker.ts';
import type { Worker } from '../worker.ts';

const ANSWER_WITHIN_MS = 4_000;

type Deps = { worker: Worker; stripe: Config['stripe'] };

export function showPayment({ worker, stripe }: Deps): RequestHandler {
  return async (req, res) => {
    const user = requireUser(req);
    res.json(publicPayment(await truth(worker, pathId(req), user.id), stripe));
  };
}

/** By order; the answer is one payment, not a list: an order has one. */
export function findPaymentOfOrder({ worker, stripe }: Deps): RequestHandler {
  return async (req, res) => {
    const user = requireUser(req);
    const { orderId } = await validate<{ orderId: string }>(
      { orderId: id('Invalid order ID') },
      req,
      'query',
    );
    res.json(publicPayment(await truth(worker, orderId, user.id), stripe));
  };
}

/** The payment, looked up at Stripe where the buyer may have acted there and nobody has looked for two seconds. */
async function truth(worker: Worker, orderId: string | undefined, userId: string): Promise<Payment> {
  const payment = orderId && (await waitForReplica(orderId, (_id) => findPayment({ _id })));
  if (!payment) throw new NotFoundError('Payment');
  if (payment.order.userId !== userId) throw new ForbiddenError('This payment is not yours');
  if (payment.status === 'none') throw new NotFoundError('Payment');
  if (!isOrderAlive(payment) || !mayHaveChanged(payment)) return payment;
  const looked = worker.look(payment._id, 'prompt').catch(() => undefined); // then what is known is the answer
  await Promise.race([looked, wait(ANSWER_WITHIN_MS, undefined, { ref: false })]);
  return (await findPayment({ _id: payment._id })) ?? payment;
}
