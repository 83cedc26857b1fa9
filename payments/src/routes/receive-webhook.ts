import type { RequestHandler } from 'express';
import type { Logger } from '@ticketing/common';
import { HttpError, logSecurity } from '@ticketing/common';
import { findPayment } from '../models/payment.ts';
import { storeEvent } from '../models/stripe-event.ts';
import type { StripeGateway } from '../stripe.ts';
import type { WebhookSubject } from '../webhook-event.ts';
import { parseWebhook } from '../webhook-event.ts';
import type { Worker } from '../worker.ts';

/**
 * A webhook only triggers a retrieval: the state comes from Stripe. So duplicates, delays and disorder change
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
  async function refresh({ intentId, orderId, about }: WebhookSubject) {
    if (orderId && (await worker.onWebhook(orderId, about))) return;
    const payment = await findPayment({ 'intent.id': intentId });
    if (payment) await worker.onWebhook(payment._id, about);
    else log.error({ intentId, orderId, alarm: true }, 'webhook for an unknown payment');
  }

  /** Most webhooks only repeat what the answers of Stripe to the service's own calls have said. */
  function changesNothing({ intentId, orderId, about }: WebhookSubject): boolean {
    return about === 'intent' && orderId !== undefined && worker.ignoresWebhook(orderId, intentId);
  }

  return async (req, res) => {
    if (!Buffer.isBuffer(req.body) || !gateway.isSigned(req.body, req.get('stripe-signature') ?? '')) {
      logSecurity(log, 'webhook_refused', req);
      throw new HttpError(400, 'The signature is invalid', { code: 'bad_signature' });
    }
    const event = parseWebhook(req.body);
    if (!event) throw new HttpError(400, 'The body is not an event of Stripe', { code: 'malformed_event' });
    const { id, type, subject } = event;
    if (subject && changesNothing(subject)) {
      log.debug({ eventId: id, type, orderId: subject.orderId }, 'webhook ignored, it changes nothing');
      return void res.status(200).json({ received: true });
    }
    const isNew = await storeEvent({ _id: id, type, intentId: subject?.intentId, at: new Date() });
    res.status(200).json({ received: true });
    if (!subject) log.info({ eventId: id, type }, 'webhook ignored, it concerns no payment');
    else if (isNew)
      refresh(subject).catch((error: unknown) => {
        log.warn({ err: error, intentId: subject.intentId }, 'webhook not processed, the worker will retry');
      });
  };
}
