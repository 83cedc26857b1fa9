import { cloudEvent, newId } from '@ticketing/common';
import type { CloudEvent } from '@ticketing/common';

/** The order's time is over. The id is the same however often this is said. */
export function expirationComplete(orderId: string, expiresAt: Date): CloudEvent<'expiration:complete'> {
  const id = `expiration:${orderId}:${expiresAt.getTime()}`;
  const data = { orderId, expiresAt: expiresAt.toISOString() };
  return cloudEvent('expiration:complete', { id, source: 'expiration', subject: orderId }, data);
}

/** Asks orders to say again which orders are alive. */
export function livingOrdersWanted(): CloudEvent<'resync:requested'> {
  const id = newId();
  return cloudEvent(
    'resync:requested',
    { id: `resync:${id}`, source: 'expiration', subject: id },
    { id, subjects: ['order:created', 'order:updated', 'order:cancelled'], activeOnly: true },
  );
}
