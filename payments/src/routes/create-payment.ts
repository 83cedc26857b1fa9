import { setTimeout as wait } from 'node:timers/promises';
import {
  ConflictError,
  ForbiddenError,
  NotFoundError,
  PaymentRequiredError,
  TooManyRequestsError,
  UnavailableError,
  ValidationError,
  custom,
  duplicateKey,
  waitForReplica,
  id,
  readIdempotencyKey,
  idempotencyKeyReused,
  optional,
  requireUser,
  validate,
} from '@ticketing/common';
import type { Idempotency, Outbox } from '@ticketing/common';
import type { RequestHandler } from 'express';
import type { Config } from '../config.ts';
import { findPayment, move } from '../models/payment.ts';
import type { Attempt, Payment } from '../models/payment.ts';
import { declineOf, publicPayment } from '../models/public-payment.ts';
import type { Worker } from '../worker.ts';

const ANSWER_WITHIN_MS = 4_000;
/** Who tries so many is trying out stolen cards. */
const MAX_ATTEMPTS = 30;

type NewPayment = { orderId: string; token?: string };
const newPayment = {
  orderId: id('Invalid order ID'),
  token: optional(
    custom(
      (value) => typeof value === 'string' && /^(tok|pm)_\w{1,250}$/.test(value),
      'token must be a card token (tok_…) or a payment method (pm_…) of Stripe',
    ),
  ),
};

/** Authorises a card, or makes the PaymentIntent for Stripe's Payment Element when no token is given. */
export function createPayment(deps: {
  outbox: Outbox;
  worker: Worker;
  stripe: Config['stripe'];
}): RequestHandler {
  return async (req, res) => {
    const buyer = requireUser(req);
    const { orderId, token } = await validate<NewPayment>(newPayment, req);
    const idempotency = readIdempotencyKey(req, [token ?? null]);
    const payment = await waitForReplica(orderId, (_id) => findPayment({ _id }));
    if (!payment) throw new NotFoundError('Order');
    if (payment.order.userId !== buyer.id) throw new ForbiddenError('This order is not yours');
    const { before, made } = await begin(payment, token, idempotency);
    if (made) deps.outbox.flush(made);
    const isUnmade = before.status === 'open' && !before.intent;
    const work = made ? deps.worker.settle(made, 'prompt') : isUnmade && deps.worker.look(orderId, 'prompt');
    const now = work ? await resultOf(work, made ?? before) : before;
    if (made) refuseIfFailed(now, made.attempt);
    if (now.status === 'open' && !now.intent) throw unavailable();
    res.status(made ? 201 : 200).json(publicPayment(now, deps.stripe));
  };
}

/** What has become of it after four seconds at most; what takes longer is finished in the background. */
async function resultOf(work: Promise<void>, payment: Payment): Promise<Payment> {
  const done = work.catch(() => undefined); // logged by the worker, which takes it up again
  await Promise.race([done, wait(ANSWER_WITHIN_MS, undefined, { ref: false })]);
  return (await findPayment({ _id: payment._id })) ?? payment;
}

/** Writes down that a card is about to be tried, before Stripe hears of it: the order must be alive in this very write. */
async function begin(
  payment: Payment,
  token: string | undefined,
  idempotency: Idempotency | undefined,
): Promise<{ before: Payment; made?: Payment }> {
  for (let current = payment; ;) {
    const replayed = replay(current, idempotency);
    if (replayed) return { before: replayed };
    const known = refuse(current, token);
    if (known) return { before: known };
    const made = await attempt(current, token, idempotency);
    if (made) return { before: current, made };
    const reloaded = (await findPayment({ _id: payment._id })) ?? current;
    if (isUnmoved(reloaded, current)) throw expired(); // only the database's clock can have refused it
    current = reloaded;
  }
}

function isUnmoved(one: Payment, other: Payment): boolean {
  return (
    one.status === other.status && one.attempt === other.attempt && one.order.status === other.order.status
  );
}

async function attempt(payment: Payment, token: string | undefined, idempotency: Idempotency | undefined) {
  const n = token ? payment.attempt + 1 : 0;
  const step = token ? 'attempt' : 'open';
  const entry: Attempt = {
    n,
    at: new Date(),
    ...(token && { token }),
    ...(idempotency && { key: idempotency.key, digest: idempotency.hash }),
  };
  const alive = { 'order.status': 'created', $expr: { $gt: ['$order.expiresAt', '$$NOW'] } };
  try {
    return await move(
      payment,
      step,
      {
        attempt: n,
        attempts: [...payment.attempts, entry],
        ...(idempotency && { requestKeys: [...(payment.requestKeys ?? []), idempotency.key] }),
      },
      alive,
    );
  } catch (error) {
    if (duplicateKey(error)) throw idempotencyKeyReused();
    throw error;
  }
}

/** The same request again: what it made, as it is now. Throws its decline again. */
function replay(payment: Payment, idempotency: Idempotency | undefined): Payment | undefined {
  const earlier = idempotency && payment.attempts.find(({ key }) => key === idempotency.key);
  if (!earlier) return undefined;
  if (earlier.digest !== idempotency.hash) throw idempotencyKeyReused();
  if (earlier.outcome?.is === 'declined') throw cardDeclined({ ...payment, attempt: earlier.n });
  return payment;
}

/** Throws why no card can be tried; gives back the payment where there is one already. */
function refuse(payment: Payment, token: string | undefined): Payment | undefined {
  const { status, order } = payment;
  if (status === 'authorized' || status === 'capturing' || status === 'captured') return payment;
  if (order.status !== 'created') throw order.reason === 'expired' ? expired() : over();
  if (status === 'voiding' || status === 'voided' || status === 'failed' || status.startsWith('refund'))
    throw over();
  if (order.expiresAt.getTime() <= Date.now()) throw expired();
  if (status === 'pending') throw inProgress();
  if (status === 'requires_action' && token) throw inProgress();
  if (payment.attempts.length >= MAX_ATTEMPTS)
    throw new TooManyRequestsError('Too many cards were tried', 60);
  return token || status === 'none' ? undefined : payment;
}

function refuseIfFailed(payment: Payment, n: number) {
  const outcome = payment.attempts.find((one) => one.n === n)?.outcome;
  if (outcome?.is === 'declined') throw cardDeclined({ ...payment, attempt: n });
  if (outcome?.is === 'invalid') throw new ValidationError([{ message: outcome.message, field: 'token' }]);
  if (outcome?.is === 'refused') throw new ConflictError('payment_refused', outcome.message);
  if (outcome?.is === 'unavailable') throw unavailable();
  if (payment.status === 'voiding' || payment.status === 'voided')
    throw payment.order.reason === 'expired' ? expired() : over();
}

function cardDeclined(payment: Payment) {
  const { declineCode = 'generic_decline', message = 'Your card was declined.' } = declineOf(payment) ?? {};
  return new PaymentRequiredError(message, { declineCode });
}
const expired = () =>
  new ConflictError('order_expired', 'The reservation has run out. Your card was not charged.');
const over = () => new ConflictError('order_final', 'This order has ended');
const inProgress = () =>
  new ConflictError('payment_in_progress', 'A payment of this order is being processed');
const unavailable = () =>
  new UnavailableError('Payments cannot be taken at the moment, please try again', 'payment_unavailable');
