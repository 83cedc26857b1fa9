import { HttpError } from '@ticketing/common';
import type { Logger } from '@ticketing/common';
import type { RequestHandler } from 'express';
import { findPayment } from '../models/payment.ts';
import { rememberEvent } from '../models/stripe-event.ts';
import type { Till } from '../stripe.ts';
import type { Worker } from '../worker.ts';

/**
 * Stripe tells that something happened. It is only taken as a hint to look: the state comes from the PaymentIntent,
 * so duplicates, delays and disorder change nothing, and one that never comes is made up for by the worker.
 */
export function receiveWebhook({
  till,
  worker,
  log,
}: {
  till: Till;
  worker: Worker;
  log: Logger;
}): RequestHandler {
  async function look(intentId: string, orderId: string | undefined) {
    if (orderId && (await worker.hear(orderId))) return;
    const payment = await findPayment({ 'intent.id': intentId });
    if (payment) await worker.hear(payment._id);
    else log.error({ intentId, orderId, alarm: true }, 'Stripe tells of a payment that is not known here');
  }

  return async (req, res) => {
    const event = Buffer.isBuffer(req.body)
      ? till.readEvent(req.body, req.get('stripe-signature') ?? '')
      : undefined;
    if (!event) throw new HttpError(400, 'The signature is not right', { code: 'bad_signature' });
    const { intentId, orderId } = about(event.data.object);
    const isNew = await rememberEvent({ _id: event.id, type: event.type, intentId, at: new Date() });
    res.status(200).json({ received: true });
    if (isNew && intentId)
      look(intentId, orderId).catch((error: unknown) => {
        log.warn({ err: error, intentId }, 'webhook not followed up, the worker will');
      });
  };
}

type Subject = {
  object?: string;
  id?: string;
  payment_intent?: unknown;
  metadata?: Record<string, string> | null;
};

/** The PaymentIntent that an object is, or belongs to. */
function about(subject: Subject) {
  const intentId = subject.object === 'payment_intent' ? subject.id : subject.payment_intent;
  return {
    intentId: typeof intentId === 'string' ? intentId : undefined,
    orderId: subject.metadata?.['orderId'],
  };
}
