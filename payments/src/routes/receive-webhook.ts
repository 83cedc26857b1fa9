import type { RequestHandler } from 'express';
import type { Logger } from '@ticketing/common';
import { HttpError } from '@ticketing/common';
import { findPayment } from '../models/payment.ts';
import { storeEvent } from '../models/stripe-event.ts';
import type { StripeGateway } from '../stripe.ts';
import type { Worker } from '../worker.ts';

/**
 * A webhook only triggers a retrieval: the state comes from the PaymentIntent. So duplicates, delays and disorder change
 * nothing, and the worker covers for webhooks that never arrive.
 */
export function receiveWebhook({
  gateway,
  worker,
  log,
}: {
  gateway: StripeGateway;
  worker: Worker;
  log: Logger;
}): RequestHandler {
  async function refresh(intentId: string, orderId: string | undefined) {
    if (orderId && (await worker.onWebhook(orderId))) return;
    const payment = await findPayment({ 'intent.id': intentId });
    if (payment) await worker.onWebhook(payment._id);
    else log.error({ intentId, orderId, alarm: true }, 'webhook for an unknown payment');
  }

  return async (req, res) => {
    const event = Buffer.isBuffer(req.body)
      ? gateway.readEvent(req.body, req.get('stripe-signature') ?? '')
      : undefined;
    if (!event) throw new HttpError(400, 'The signature is invalid', { code: 'bad_signature' });
    const { intentId, orderId } = subjectOf(event.data.object);
    const isNew = await storeEvent({ _id: event.id, type: event.type, intentId, at: new Date() });
    res.status(200).json({ received: true });
    if (isNew && intentId)
      refresh(intentId, orderId).catch((error: unknown) => {
        log.warn({ err: error, intentId }, 'webhook not processed, the worker will retry');
      });
  };
}

type Subject = {
  object?: string;
  id?: string;
  payment_intent?: unknown;
  metadata?: Record<string, string> | null;
};

/** The PaymentIntent that an object is or belongs to. */
function subjectOf(subject: Subject) {
  const intentId = subject.object === 'payment_intent' ? subject.id : subject.payment_intent;
  return {
    intentId: typeof intentId === 'string' ? intentId : undefined,
    orderId: subject.metadata?.['orderId'],
  };
}
