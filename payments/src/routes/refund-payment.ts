import type { RequestHandler } from 'express';
import type { EventBus, Idempotency, Logger, Outbox } from '@ticketing/common';
import {
  ConflictError,
  custom,
  ForbiddenError,
  idempotencyKeyReused,
  logSecurity,
  NotFoundError,
  optional,
  pathId,
  readIdempotencyKey,
  requireUser,
  text,
  toMinorUnits,
  toStripeAmount,
  validate,
  ValidationError,
  waitForReplica,
} from '@ticketing/common';
import { transition } from '../models/change-payment.ts';
import type { Payment, RefundRequest } from '../models/payment.ts';
import { findPayment } from '../models/payment.ts';
import { sellerPayment } from '../models/public-payment.ts';
import type { Worker } from '../worker.ts';

type RefundBody = { reason?: string; amount?: number };
const refund = {
  reason: optional(text({ max: 500, name: 'reason', lines: true })),
  amount: optional(
    custom((value) => typeof value === 'number' && value > 0, 'amount must be a positive number'),
  ),
};

/** Lets the seller refund the buyer: all that is left, or `amount` of it. */
export function refundPayment(deps: {
  bus: Pick<EventBus, 'isCurrent'>;
  outbox: Outbox;
  worker: Worker;
  log: Logger;
}): RequestHandler {
  return async (req, res) => {
    const seller = requireUser(req);
    const { reason, amount: price } = await validate<RefundBody>(refund, req);
    const idempotency = readIdempotencyKey(req, [price ?? null]);
    const orderId = pathId(req);
    if (!orderId) throw new NotFoundError('Payment');
    const payment = await waitForReplica(orderId, (_id) => findPayment({ _id }), {
      what: 'Payment',
      bus: deps.bus,
      userId: seller.id,
    });
    if (payment.order.sellerId !== seller.id)
      throw new ForbiddenError('Only the seller of the ticket can refund it');
    if (payment.status === 'none') throw new NotFoundError('Payment');
    const amount = price === undefined ? undefined : toAmount(price, payment.order.currency);
    const { payment: now, isNew } = await startRefund(payment, { reason, amount, idempotency });
    if (isNew) logSecurity(deps.log, 'refund', req, { orderId });
    if (now.status === 'refunding') deps.worker.enqueue(now._id);
    res.status(now.status === 'refunding' ? 202 : 200).json(sellerPayment(now));
  };
}

function toAmount(price: number, currency: string): number {
  const amount = toMinorUnits(price, currency);
  if (amount !== undefined && toStripeAmount(amount, currency) !== undefined) return amount;
  const message = `amount has too many decimals for ${currency.toUpperCase()}, or is too large`;
  throw new ValidationError([{ message, field: 'amount' }]);
}

type Command = {
  reason: string | undefined;
  amount: number | undefined;
  idempotency: Idempotency | undefined;
};

/**
 * Stores the request before the call to Stripe, only if the order is complete in the same write: a refund must not
 * overtake its sale.
 * @returns the payment, and whether this request started the refund.
 */
async function startRefund(
  payment: Payment,
  command: Command,
): Promise<{ payment: Payment; isNew: boolean }> {
  for (let current = payment; ;) {
    if (isAnswered(current, command)) return { payment: current, isNew: false };
    const left = current.order.amount - current.refundedAmount;
    if (command.amount !== undefined && command.amount > left)
      throw new ConflictError('refund_too_large', 'The amount is larger than what is left of the payment');
    const started = await storeRequest(current, command, left);
    if (started) return { payment: started, isNew: true };
    const reloaded = (await findPayment({ _id: payment._id })) ?? current;
    if (reloaded.status === current.status && reloaded.version === current.version) throw notComplete();
    current = reloaded;
  }
}

/** Whether an earlier request has done, or is doing, what this one asks for. Throws where the state forbids it. */
function isAnswered({ status, refunds = [] }: Payment, { amount, idempotency }: Command): boolean {
  const earlier = idempotency && refunds.find(({ key }) => key === idempotency.key);
  if (earlier && earlier.digest !== idempotency.hash) throw idempotencyKeyReused();
  if (earlier || status === 'refunded') return true;
  if (status === 'captured') return false;
  if (status !== 'refunding') throw notComplete();
  if (refunds.at(-1)?.amount === amount) return true;
  throw new ConflictError('refund_in_progress', 'Another refund of this payment is in progress');
}

function storeRequest(payment: Payment, { reason, amount, idempotency }: Command, left: number) {
  const refunds = payment.refunds ?? [];
  const entry: RefundRequest = {
    n: refunds.length + 1,
    at: new Date(),
    ...(amount !== undefined && amount < left && { amount }), // the rest is left to Stripe
    ...(idempotency && { key: idempotency.key, digest: idempotency.hash }),
  };
  return transition(
    payment,
    'startRefund',
    { refunds: [...refunds, entry], ...(reason && { refundReason: reason }) },
    { 'order.status': 'complete' },
  );
}

const notComplete = () => new ConflictError('order_not_complete', 'Only a complete order can be refunded');
