import type { RequestHandler } from 'express';
import type { EventBus } from '@ticketing/common';
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
import { publicPayment, sellerPayment } from '../models/public-payment.ts';
import type { Worker } from '../worker.ts';
import { mayHaveChanged } from '../worker.ts';

/** Here, not in the handler: `validate` builds the chains once for each object of fields. */
const ofOrder = { orderId: id('Invalid order ID') };

type Deps = { bus: Pick<EventBus, 'isCurrent'>; worker: Worker; stripe: Config['stripe'] };

export function showPayment({ stripe, ...deps }: Deps): RequestHandler {
  return async (req, res) => {
    const user = requireUser(req);
    res.json(shownTo(user, await refreshedPayment(deps, pathId(req), user.id), stripe));
  };
}

/** Answers with one payment, not a list: an order has only one. */
export function findPaymentOfOrder({ stripe, ...deps }: Deps): RequestHandler {
  return async (req, res) => {
    const user = requireUser(req);
    const { orderId } = await validate<{ orderId: string }>(ofOrder, req, 'query');
    res.json(shownTo(user, await refreshedPayment(deps, orderId, user.id), stripe));
  };
}

/** The seller sees no more than what was paid and went back. */
function shownTo(user: { id: string }, payment: Payment, stripe: Config['stripe']) {
  return payment.order.userId === user.id ? publicPayment(payment, stripe) : sellerPayment(payment);
}

/** The payment, refreshed from Stripe where it may have changed there. Waits 4 s at most. */
async function refreshedPayment(
  { bus, worker }: Omit<Deps, 'stripe'>,
  orderId: string | undefined,
  userId: string,
): Promise<Payment> {
  if (!orderId) throw new NotFoundError('Payment');
  const payment = await waitForReplica(orderId, (_id) => findPayment({ _id }), {
    what: 'Payment',
    bus,
    userId,
  });
  if (payment.order.userId !== userId && payment.order.sellerId !== userId)
    throw new ForbiddenError('This payment is not yours');
  if (payment.status === 'none') throw new NotFoundError('Payment');
  if (!isOrderAlive(payment) || !mayHaveChanged(payment)) return payment;
  return paymentAfter(worker.refresh(payment._id, 'interactive'), payment);
}
