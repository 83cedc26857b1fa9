import Stripe from 'stripe';
import { toStripeAmount } from '@ticketing/common';
import type { AnswerKind } from './charge.ts';
import type { Config } from './config.ts';
import type { Payment, RefundRequest, StoredIntent } from './models/payment.ts';
import type { Money } from './returned-money.ts';
import { tracedHttpClient } from './stripe-http.ts';
import type { Decline, Intent } from './stripe-objects.ts';
import { declineOf, intentIdsOf, toDispute, toIntent, toRefund } from './stripe-objects.ts';

/** Whether a person waits for the result: decides time-out and retries of a call. */
export type Priority = 'interactive' | 'background';

export type Answer<T> =
  | { kind: Extract<AnswerKind, 'ok'>; value: T }
  | { kind: 'declined'; decline: Decline }
  | { kind: 'refused'; message: string; code?: string | undefined; param?: string | undefined }
  | { kind: 'failed' }
  | { kind: 'unknown'; notSent: boolean };

/** Stripe as the shop uses it. A repeated call carries the same idempotency key, so Stripe executes it once. */
export interface StripeGateway {
  create(payment: Payment, priority: Priority): Promise<Answer<Intent>>;
  confirm(payment: Payment, priority: Priority): Promise<Answer<Intent>>;
  capture(payment: Payment, priority: Priority): Promise<Answer<Intent>>;
  cancel(payment: Payment, priority: Priority): Promise<Answer<Intent>>;
  /** Refunds the requested amount, or without a request all that is left. */
  refund(payment: Payment, request: RefundRequest | undefined, priority: Priority): Promise<Answer<unknown>>;
  retrieve(intentId: string, priority: Priority): Promise<Intent | undefined>;
  /** Finds an order's PaymentIntent whose id was never stored: null for none, undefined when Stripe did not answer. */
  find(orderId: string, since: Date, priority: Priority): Promise<Intent | null | undefined>;
  /** The refunds and disputes of a captured PaymentIntent. */
  readMoney(
    intent: Pick<StoredIntent, 'id' | 'amount' | 'currency'>,
    priority: Priority,
  ): Promise<Money | undefined>;
  /** Refunds a captured PaymentIntent without a payment here; for the reconciler. */
  refundUnknown(intentId: string): Promise<Answer<unknown>>;
  intentsSince(since: Date): AsyncIterable<Intent>;
  /** The PaymentIntents with a refund or dispute since then, some of them repeatedly. */
  returnsSince(since: Date): AsyncIterable<string>;
  /** Whether a webhook is signed by Stripe, at most 300 s ago, and not in the future by more than that. */
  isSigned(body: Buffer, signature: string): boolean;
}

const priorities = {
  interactive: { timeout: 4_000, maxNetworkRetries: 0 },
  background: { timeout: 10_000, maxNetworkRetries: 2 },
} as const;

export function createStripeGateway(
  { key, apiBase, webhookSecrets }: Config['stripe'],
  publicOrigin: string,
): StripeGateway {
  const stripe = connect(key, apiBase);
  return {
    ...writes(stripe, publicOrigin),
    ...reads(stripe),
    isSigned: (body, signature) =>
      // During a rotation there are two secrets.
      webhookSecrets.some((secret) => isSignedWith(stripe, { body, signature, secret })),
  };
}

const SIGNATURE_TOLERANCE_S = 300;

function isSignedWith(
  { webhooks }: Stripe,
  { body, signature, secret }: { body: Buffer; signature: string; secret: string },
): boolean {
  // The SDK refuses old time stamps only.
  const latest = Date.now() / 1_000 + SIGNATURE_TOLERANCE_S;
  if ([...signature.matchAll(/(?:^|,)t=(\d+)/g)].some(([, signedAt]) => Number(signedAt) > latest))
    return false;
  try {
    return webhooks.signature?.verifyHeader(body, signature, secret, SIGNATURE_TOLERANCE_S) ?? false;
  } catch {
    return false;
  }
}

/** Makes one call that changes the order's PaymentIntent, under the idempotency key `o:<order id>:<name>`. */
function call<T>(
  payment: Payment,
  name: string,
  priority: Priority,
  send: (options: Stripe.RequestOptions) => Promise<T>,
): Promise<Answer<T>> {
  return answer(() => send({ ...priorities[priority], idempotencyKey: `o:${payment._id}:${name}` }));
}

/** The calls that change a PaymentIntent or make a refund. */
function writes(
  { paymentIntents, refunds }: Stripe,
  publicOrigin: string,
): Pick<StripeGateway, 'create' | 'confirm' | 'capture' | 'cancel' | 'refund' | 'refundUnknown'> {
  const withoutParameters = (name: 'capture' | 'cancel') => (payment: Payment, priority: Priority) =>
    call(payment, `${name}:${payment.keys[name]}`, priority, (options) =>
      paymentIntents[name](payment.intent?.id ?? '', {}, options).then(toIntent),
    );

  return {
    create: (payment, priority) => {
      const { _id, order, keys } = payment;
      const amount = toStripeAmount(order.amount, order.currency);
      if (amount === undefined)
        return Promise.resolve({
          kind: 'refused',
          message: `Stripe has no unit for ${order.amount} minor units of ${order.currency}`,
          param: 'amount',
        });
      const name = keys.create === 1 ? 'create' : `create:${keys.create}`;
      return call(payment, name, priority, (options) => {
        const params: Stripe.PaymentIntentCreateParams = {
          amount,
          currency: order.currency,
          capture_method: 'manual',
          allowed_payment_method_types: ['card'],
          metadata: { orderId: _id, userId: order.userId },
        };
        return paymentIntents.create(params, options).then(toIntent);
      });
    },
    confirm: (payment, priority) => {
      const { _id, attempt, attempts, intent } = payment;
      const token = attempts.find(({ n }) => n === attempt)?.token ?? '';
      const params = { ...cardOf(token), return_url: `${publicOrigin}/checkout/${_id}/return` };
      return call(payment, `${attempt}:confirm`, priority, (options) =>
        paymentIntents.confirm(intent?.id ?? '', params, options).then(toIntent),
      );
    },
    capture: withoutParameters('capture'),
    cancel: withoutParameters('cancel'),
    refund: (payment, request, priority) =>
      call(payment, `refund:${payment.keys.refund}`, priority, (options) => {
        const part = request?.amount;
        // The route accepts only amounts that Stripe's unit can express.
        const amount = part === undefined ? undefined : toStripeAmount(part, payment.order.currency);
        const params: Stripe.RefundCreateParams = {
          payment_intent: payment.intent?.id ?? '',
          ...(amount !== undefined && { amount }),
          metadata: { orderId: payment._id, ...(request && { n: String(request.n) }) },
        };
        return refunds.create(params, options);
      }),
    refundUnknown(intentId) {
      const options = { ...priorities.background, idempotencyKey: `unknown:${intentId}:refund` };
      return answer(() => refunds.create({ payment_intent: intentId }, options));
    },
  };
}

function connect(key: string, apiBase: string | undefined): Stripe {
  const base = apiBase === undefined ? undefined : new URL(apiBase);
  return new Stripe(key, {
    telemetry: false,
    httpClient: tracedHttpClient(),
    ...(base && {
      host: base.hostname,
      port: base.port || (base.protocol === 'https:' ? 443 : 80),
      protocol: base.protocol === 'https:' ? 'https' : 'http',
    }),
  });
}

/** The calls that change nothing at Stripe. */
function reads({
  paymentIntents,
  refunds,
  disputes,
}: Stripe): Pick<StripeGateway, 'retrieve' | 'find' | 'readMoney' | 'intentsSince' | 'returnsSince'> {
  return {
    retrieve: (intentId, priority) =>
      orUndefined(() => paymentIntents.retrieve(intentId, {}, priorities[priority]).then(toIntent)),
    find: (orderId, since, priority) =>
      orUndefined(async () => {
        const created = { gte: Math.floor(since.getTime() / 1_000) - 60 };
        for await (const intent of paymentIntents.list({ created, limit: 100 }, priorities[priority]))
          if (intent.metadata['orderId'] === orderId) return toIntent(intent);
        return null;
      }),
    readMoney: ({ id, amount, currency }, priority) =>
      orUndefined(async () => {
        const params = { payment_intent: id, limit: 100 };
        const [refunded, disputed] = await Promise.all([
          refunds.list(params, priorities[priority]),
          disputes.list(params, priorities[priority]),
        ]);
        return {
          captured: amount,
          refunds: refunded.data.map(toRefund),
          disputes: disputed.data.map((dispute) => toDispute(dispute, { amount, currency })).reverse(), // Stripe lists the newest first
        };
      }),
    async *returnsSince(since) {
      const created = { gte: Math.floor(since.getTime() / 1_000) };
      const params = { created, limit: 100 };
      for await (const refund of refunds.list(params, priorities.background)) yield* intentIdsOf(refund);
      for await (const dispute of disputes.list(params, priorities.background)) yield* intentIdsOf(dispute);
    },
    async *intentsSince(since) {
      const created = { gte: Math.floor(since.getTime() / 1_000) };
      for await (const intent of paymentIntents.list({ created, limit: 100 }, priorities.background))
        yield toIntent(intent);
    },
  };
}

function cardOf(token: string): Stripe.PaymentIntentConfirmParams {
  if (token.startsWith('pm_')) return { payment_method: token };
  // The SDK's type of `payment_method_data` lacks `card`, which Stripe accepts as a token.
  return { payment_method_data: { type: 'card', card: { token } } as never };
}

/** The result of a read, or undefined when Stripe did not answer it. */
async function orUndefined<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return undefined;
    throw error;
  }
}

async function answer<T>(call: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { kind: 'ok', value: await call() };
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    if (error instanceof Stripe.errors.StripeConnectionError)
      return { kind: 'unknown', notSent: isNotSent(error) };
    if (error instanceof Stripe.errors.StripeCardError)
      return { kind: 'declined', decline: declineOf(error) };
    if (error instanceof Stripe.errors.StripeInvalidRequestError)
      return { kind: 'refused', message: error.message, code: error.code, param: error.param };
    // The key was used with other parameters: it cannot be used again, whatever that call did.
    if (error instanceof Stripe.errors.StripeIdempotencyError) return { kind: 'failed' };
    const status = error.statusCode ?? 0;
    return status >= 500 ? { kind: 'failed' } : { kind: 'unknown', notSent: false };
  }
}

/** Whether nothing was sent. The SDK retries, so a refused connection proves that only when it was the first attempt. */
function isNotSent(error: Error): boolean {
  const { code } = ((error as { detail?: unknown }).detail ?? {}) as { code?: unknown };
  return (code === 'ECONNREFUSED' || code === 'ENOTFOUND') && !error.message.includes('retried');
}
