import { z } from 'zod';

/**
 * The webhooks that may concern a payment, with what they name: the PaymentIntent, and the order in its metadata. Only
 * the names are read, because the state comes from Stripe.
 */
export type WebhookEvent = {
  id: string;
  type: string;
  /** Undefined when the event concerns no payment, such as an event about a payout, or a thin event. */
  subject: WebhookSubject | undefined;
};

/** `return`: a refund or a dispute of it, so that the money may have gone back. */
export type WebhookSubject = {
  intentId: string;
  orderId: string | undefined;
  about: 'intent' | 'return';
};

/** Events of these types are about a PaymentIntent; every other type is irrelevant, whatever it contains. */
const relevantTypes = /^(payment_intent|charge|refund)\./;

const envelope = z.object({ id: z.string().min(1).max(255), type: z.string().min(1).max(255) });
const name = z.string().min(1).max(255);
const relevant = z.object({
  data: z.object({
    object: z.object({
      object: z.string(),
      id: name,
      payment_intent: name.nullish(),
      metadata: z.record(z.string(), z.string()).nullish(),
    }),
  }),
});

/** Reads the body of a webhook. @returns undefined when it is not an event of Stripe. */
export function parseWebhook(body: Buffer): WebhookEvent | undefined {
  const json = parseJson(body);
  const event = envelope.safeParse(json).data;
  if (!event || !relevantTypes.test(event.type)) return event && { ...event, subject: undefined };
  const object = relevant.safeParse(json).data?.data.object;
  if (!object) return undefined;
  const intentId = object.object === 'payment_intent' ? object.id : object.payment_intent;
  // A charge may have been made without a PaymentIntent; the shop makes none of those.
  if (!intentId) return { ...event, subject: undefined };
  const about = /^(refund|charge\.(refunded|refund|dispute))/.test(event.type) ? 'return' : 'intent';
  return { ...event, subject: { intentId, orderId: object.metadata?.['orderId'], about } };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
