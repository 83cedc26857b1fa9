import Stripe from 'stripe';
import type { AnswerKind, IntentStatus, RefundStatus } from './charge.ts';
import type { Config } from './config.ts';
import type { Payment } from './models/payment.ts';

/** A person waits, or only the recovery worker. */
export type Pace = 'prompt' | 'patient';

type Decline = { code: string; message: string };

/** A PaymentIntent, as far as the shop cares. */
export type Intent = {
  id: string;
  status: IntentStatus;
  amount: number;
  currency: string;
  clientSecret: string;
  nextActionUrl?: string;
  decline?: Decline;
  orderId?: string;
  createdAt: Date;
};

export type Answer<T> =
  | { kind: Extract<AnswerKind, 'ok'>; value: T }
  | { kind: 'declined'; decline: Decline }
  | { kind: 'refused'; message: string; param?: string | undefined }
  | { kind: 'failed' }
  | { kind: 'unknown'; isUnsent: boolean };

/** Stripe as this shop uses it: every call under a key that is the same however often it is made. */
export interface Till {
  create(payment: Payment, pace: Pace): Promise<Answer<Intent>>;
  confirm(payment: Payment, pace: Pace): Promise<Answer<Intent>>;
  capture(payment: Payment, pace: Pace): Promise<Answer<Intent>>;
  cancel(payment: Payment, pace: Pace): Promise<Answer<Intent>>;
  refund(payment: Payment, pace: Pace): Promise<Answer<RefundStatus>>;
  retrieve(intentId: string, pace: Pace): Promise<Intent | undefined>;
  /** The PaymentIntent of an order whose id was never stored; undefined when Stripe did not answer, null for none. */
  find(orderId: string, since: Date, pace: Pace): Promise<Intent | null | undefined>;
  /** The refund that went furthest. */
  refunded(intentId: string, pace: Pace): Promise<RefundStatus | undefined>;
  /** Gives back what was taken for nobody; the reconciler's. */
  refundUnknown(intentId: string): Promise<Answer<RefundStatus>>;
  intentsSince(since: Date): AsyncIterable<Intent>;
  /** The event, if its signature is one of ours and not older than 300 s. */
  readEvent(body: Buffer, signature: string): Stripe.Event | undefined;
}

const furthest: RefundStatus[] = ['succeeded', 'pending', 'requires_action', 'failed', 'canceled'];
const TOLERANCE_SECONDS = 300;
const paces = {
  prompt: { timeout: 4_000, maxNetworkRetries: 0 },
  patient: { timeout: 10_000, maxNetworkRetries: 2 },
} as const;

export function createTill({ key, apiBase, webhookSecrets }: Config['stripe'], publicOrigin: string): Till {
  const base = apiBase === undefined ? undefined : new URL(apiBase);
  const stripe = new Stripe(key, {
    telemetry: false,
    ...(base && {
      host: base.hostname,
      port: base.port || (base.protocol === 'https:' ? 443 : 80),
      protocol: base.protocol === 'https:' ? 'https' : 'http',
    }),
  });
  const { paymentIntents, refunds } = stripe;
  const keyed = (payment: Payment, rest: string, pace: Pace) => ({
    ...paces[pace],
    idempotencyKey: `o:${payment._id}:${rest}`,
  });

  async function furthestRefund(intentId: string, pace: Pace): Promise<RefundStatus> {
    const { data } = await refunds.list({ payment_intent: intentId, limit: 100 }, paces[pace]);
    const known = data.map((refund) => refundStatus(refund));
    return furthest.find((status) => known.includes(status)) ?? 'none';
  }

  return {
    create: (payment, pace) => {
      const { _id, order, keys } = payment;
      const name = keys.create === 1 ? 'create' : `create:${keys.create}`;
      return answer(async () =>
        shown(
          await paymentIntents.create(
            {
              amount: order.amount,
              currency: order.currency,
              capture_method: 'manual',
              allowed_payment_method_types: ['card'],
              metadata: { orderId: _id, userId: order.userId },
            },
            keyed(payment, name, pace),
          ),
        ),
      );
    },
    confirm: (payment, pace) => {
      const { _id, attempt, attempts, intent } = payment;
      const token = attempts.find(({ n }) => n === attempt)?.token ?? '';
      return answer(async () =>
        shown(
          await paymentIntents.confirm(
            intent?.id ?? '',
            {
              ...(token.startsWith('pm_')
                ? { payment_method: token }
                : { payment_method_data: { type: 'card', card: { token } } as never }),
              return_url: `${publicOrigin}/checkout/${_id}/return`,
            },
            keyed(payment, `${attempt}:confirm`, pace),
          ),
        ),
      );
    },
    capture: (payment, pace) =>
      answer(async () =>
        shown(
          await paymentIntents.capture(
            payment.intent?.id ?? '',
            {},
            keyed(payment, `capture:${payment.keys.capture}`, pace),
          ),
        ),
      ),
    cancel: (payment, pace) =>
      answer(async () =>
        shown(
          await paymentIntents.cancel(
            payment.intent?.id ?? '',
            {},
            keyed(payment, `cancel:${payment.keys.cancel}`, pace),
          ),
        ),
      ),
    refund: (payment, pace) =>
      answer(async () =>
        refundStatus(
          await refunds.create(
            { payment_intent: payment.intent?.id ?? '', metadata: { orderId: payment._id } },
            keyed(payment, `refund:${payment.keys.refund}`, pace),
          ),
        ),
      ),
    retrieve: (intentId, pace) =>
      look(async () => shown(await paymentIntents.retrieve(intentId, {}, paces[pace]))),
    find: (orderId, since, pace) =>
      look(async () => {
        const created = { gte: Math.floor(since.getTime() / 1_000) - 60 };
        for await (const intent of paymentIntents.list({ created, limit: 100 }, paces[pace]))
          if (intent.metadata['orderId'] === orderId) return shown(intent);
        return null;
      }),
    refunded: (intentId, pace) => look(() => furthestRefund(intentId, pace)),
    refundUnknown: (intentId) =>
      answer(async () =>
        refundStatus(
          await refunds.create(
            { payment_intent: intentId },
            { ...paces.patient, idempotencyKey: `unknown:${intentId}:refund` },
          ),
        ),
      ),
    async *intentsSince(since) {
      const created = { gte: Math.floor(since.getTime() / 1_000) };
      for await (const intent of paymentIntents.list({ created, limit: 100 }, paces.patient))
        yield shown(intent);
    },
    readEvent(body, signature) {
      for (const secret of webhookSecrets) {
        try {
          return stripe.webhooks.constructEvent(body, signature, secret, TOLERANCE_SECONDS);
        } catch {
          continue; // another secret may fit while they are exchanged
        }
      }
      return undefined;
    },
  };
}

function shown(intent: Stripe.PaymentIntent): Intent {
  const orderId = intent.metadata['orderId'];
  const nextActionUrl = intent.next_action?.redirect_to_url?.url;
  const declined = intent.last_payment_error;
  return {
    id: intent.id,
    status: intent.status as IntentStatus,
    amount: intent.amount,
    currency: intent.currency,
    clientSecret: intent.client_secret ?? '',
    createdAt: new Date(intent.created * 1_000),
    ...(orderId && { orderId }),
    ...(nextActionUrl && { nextActionUrl }),
    ...(declined && { decline: declineOf(declined) }),
  };
}

function declineOf(error: {
  code?: string | undefined;
  decline_code?: string | undefined;
  message?: string;
}) {
  const code = (error.decline_code ?? error.code ?? 'generic_decline').replace(
    /^payment_intent_authentication/,
    'authentication',
  );
  return { code, message: error.message ?? 'Your card was declined.' };
}

function refundStatus({ status }: Stripe.Refund): RefundStatus {
  return (status ?? 'pending') as RefundStatus;
}

async function look<T>(call: () => Promise<T>): Promise<T | undefined> {
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
      return { kind: 'unknown', isUnsent: isUnsent(error) };
    if (error instanceof Stripe.errors.StripeCardError)
      return { kind: 'declined', decline: declineOf(error) };
    if (error instanceof Stripe.errors.StripeInvalidRequestError)
      return { kind: 'refused', message: error.message, param: error.param };
    // The key was used with other parameters: used up, whatever it did.
    if (error instanceof Stripe.errors.StripeIdempotencyError) return { kind: 'failed' };
    const status = error.statusCode ?? 0;
    return status >= 500 ? { kind: 'failed' } : { kind: 'unknown', isUnsent: false };
  }
}

/** The SDK repeats a closed connection by itself: a refusal proves that nothing was sent only for the first call. */
function isUnsent(error: Error): boolean {
  const { code } = ((error as { detail?: unknown }).detail ?? {}) as { code?: unknown };
  return (code === 'ECONNREFUSED' || code === 'ENOTFOUND') && !error.message.includes('retried');
}
