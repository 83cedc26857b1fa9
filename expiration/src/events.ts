import type { CloudEvent } from '@ticketing/common';
import { cloudEvent } from '@ticketing/common';

/** The event that an order's time is over. Its id is the same for every publication of the same expiry. */
export function expirationComplete(orderId: string, expiresAt: Date): CloudEvent<'expiration:complete'> {
  const id = `expiration:${orderId}:${expiresAt.getTime()}`;
  const data = { orderId, expiresAt: expiresAt.toISOString() };
  return cloudEvent('expiration:complete', { id, source: 'expiration', subject: orderId }, data);
}
