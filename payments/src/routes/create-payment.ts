import type { RequestHandler } from 'express';
import type { EventBus, Idempotency, Logger, Outbox } from '@ticketing/common';
import {
  ConflictError,
  custom,
  duplicateKey,
  ForbiddenError,
  id,
  idempotencyKeyReused,
  optional,
  PaymentRequiredError,
  readIdempotencyKey,
  requireUser,
  TooManyRequestsError,
  UnavailableError,
  validate,
  ValidationError,
  waitForReplica,
} from '@ticketing/common';
import { paymentAfter } from '../answer-time.ts';
import type { CardGuard, CountedAttempt } from '../card-guard.ts';
import { attemptId, networkIds } from '../card-guard.ts';
import type { Config } from '../config.ts';
import { publishStep } from '../decide.ts';
import { transition } from '../models/change-payment.ts';
import type { Attempt, Payment } from '../models/payment.ts';
import { findPayment } from '../models/payment.ts';
import { declineOf, publicPayment } from '../models/public-payment.ts';
import type { Worker } from '../worker.ts';

/** More attempts than this are card testing. */
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

/** Authorizes a card, or creates the PaymentIntent for Stripe's Payment Element when no token is given. */
export function createPayment(deps: {
  bus: Pick<EventBus, 'isCurrent'>;
  outbox: Outbox;
  log: Logger;
  worker: Worker;
  cards: CardGuard;
  stripe: Config['stripe'];
}): RequestHandler {
  const networkId = networkIds(deps.stripe.key);
  return async (req, res) => {
    const buyer = requireUser(req);
    const { orderId, token } = await validate<NewPayment>(newPayment, req);
    const idempotency = readIdempotencyKey(req, [token ?? null]);
    const payer = { userId: buyer.id, network: networkId(req.ip ?? '') };
    const [payment, declines] = await Promise.all([
      waitForReplica(orderId, (_id) => findPayment({ _id }), {
        what: 'Order',
        bus: deps.bus,
        userId: buyer.id,
      }),
      deps.cards.read(payer),
    ]);
    if (payment.order.userId !== buyer.id) throw new ForbiddenError('This order is not yours');
    const begin = (id: string) => deps.cards.begin(payer, declines, id);
    const wanted = { token, network: payer.network, idempotency, begin };
    const { before, started, counted } = await startAttempt(payment, wanted);
    if (started) publishStep(deps, before, started);
    const lacksIntent = before.status === 'open' && !before.intent;
    const work = started
      ? deps.worker.settle(started, 'interactive')
      : lacksIntent && deps.worker.refresh(orderId, 'interactive');
    const now = work ? await endedBy(work, started ?? before, counted) : before;
    if (started) throwIfFailed(now, started.attempt);
    throwIfRefused(now);
    if (now.status === 'open' && !now.intent) throw unavailable();
    res.status(started ? 201 : 200).json(publicPayment(now, deps.stripe));
  };
}

/** What a request wants for its order. */
type Wanted = {
  token: string | undefined;
  network: string;
  idempotency: Idempotency | undefined;
  begin: (attempt: string) => Promise<CountedAttempt>;
};

type Started = { before: Payment; started?: Payment; counted?: CountedAttempt };

/** The payment after `work`, which ends the attempt, or as it is after 4 s. */
async function endedBy(
  work: Promise<Payment | undefined>,
  payment: Payment,
  counted: CountedAttempt | undefined,
): Promise<Payment> {
  let now: Payment | undefined;
  try {
    now = await paymentAfter(work, payment);
    return now;
  } finally {
    await counted?.end(now !== undefined && now.status !== 'pending');
  }
}

/** Stores the attempt before the call to Stripe. The order must be alive in the same write. */
async function startAttempt(payment: Payment, wanted: Wanted): Promise<Started> {
  for (let current = payment; ;) {
    const replayed = replay(current, wanted.idempotency);
    if (replayed) return { before: replayed };
    const existing = existingOrThrow(current, wanted.token);
    if (existing) return { before: existing };
    const { started, counted } = await beginAttempt(current, wanted);
    if (started) return { before: current, started, counted };
    const reloaded = (await findPayment({ _id: payment._id })) ?? current;
    if (isUnchanged(reloaded, current)) throw orderExpired(); // only the clock of the database can have refused the write
    current = reloaded;
  }
}

async function beginAttempt(payment: Payment, wanted: Wanted) {
  const n = wanted.token ? payment.attempt + 1 : 0;
  const counted = await wanted.begin(attemptId(payment._id, n));
  let started: Payment | undefined;
  try {
    started = await storeAttempt(payment, n, wanted);
    return { started, counted };
  } finally {
    if (!started) await counted.end(true);
  }
}

function isUnchanged(one: Payment, other: Payment): boolean {
  return (
    one.status === other.status && one.attempt === other.attempt && one.order.status === other.order.status
  );
}

async function storeAttempt(payment: Payment, n: number, { token, network, idempotency }: Wanted) {
  const step = token ? 'attempt' : 'open';
  const entry: Attempt = {
    n,
    at: new Date(),
    network,
    ...(token && { token }),
    ...(idempotency && { key: idempotency.key, digest: idempotency.hash }),
  };
  const alive = { 'order.status': 'created', $expr: { $gt: ['$order.expiresAt', '$$NOW'] } };
  try {
    return await transition(
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

/** The result of an earlier request with the same key: the payment as it is now. Throws the decline of that request. */
function replay(payment: Payment, idempotency: Idempotency | undefined): Payment | undefined {
  const earlier = idempotency && payment.attempts.find(({ key }) => key === idempotency.key);
  if (!earlier) return undefined;
  if (earlier.digest !== idempotency.hash) throw idempotencyKeyReused();
  if (earlier.outcome?.is === 'declined') throw cardDeclined({ ...payment, attempt: earlier.n });
  return payment;
}

/** Returns the payment if there is one already, undefined if a card can be tried, and throws if neither. */
function existingOrThrow(payment: Payment, token: string | undefined): Payment | undefined {
  const { status, order } = payment;
  if (status === 'authorized' || status === 'capturing' || status === 'captured') return payment;
  if (order.status !== 'created') throw order.reason === 'expired' ? orderExpired() : orderEnded();
  if (status === 'voiding' || status === 'voided' || status === 'failed' || status.startsWith('refund'))
    throw orderEnded();
  if (order.expiresAt.getTime() <= Date.now()) throw orderExpired();
  if (status === 'pending') throw inProgress();
  if (status === 'requires_action' && token) throw inProgress();
  throwIfRefused(payment);
  if (payment.attempts.length >= MAX_ATTEMPTS)
    throw new TooManyRequestsError('Too many cards were tried', 60, 'card_attempts');
  return token || status === 'none' ? undefined : payment;
}

/** Stripe refused this order's amount or currency for good: another attempt would end in the same way. */
function throwIfRefused({ status, refusal }: Payment) {
  if (status === 'open' && refusal) throw new ConflictError(refusal.code, refusal.message);
}

function throwIfFailed(payment: Payment, n: number) {
  const outcome = payment.attempts.find((one) => one.n === n)?.outcome;
  if (outcome?.is === 'declined') throw cardDeclined({ ...payment, attempt: n });
  if (outcome?.is === 'invalid') throw new ValidationError([{ message: outcome.message, field: 'token' }]);
  if (outcome?.is === 'unavailable') throw unavailable();
  if (payment.status === 'voiding' || payment.status === 'voided')
    throw payment.order.reason === 'expired' ? orderExpired() : orderEnded();
}

function cardDeclined(payment: Payment) {
  const { declineCode = 'generic_decline', message = 'Your card was declined.' } = declineOf(payment) ?? {};
  return new PaymentRequiredError(message, { declineCode });
}
const orderExpired = () =>
  new ConflictError('order_expired', 'Your reservation has expired. Your card was not charged.');
const orderEnded = () => new ConflictError('order_final', 'This order has ended');
const inProgress = () =>
  new ConflictError('payment_in_progress', 'A payment for this order is being processed');
const unavailable = () =>
  new UnavailableError('Payments are unavailable at the moment, please try again', 'payment_unavailable');
