import { cloudEvent } from '@ticketing/common';
import type { CloudEvent } from '@ticketing/common';

/** The order's time is over. The id is the same however often this is said. */
export function expirationComplete(orderId: string, expiresAt: Date): CloudEvent<'expiration:complete'> {
  const id = `expiration:${orderId}:${expiresAt.getTime()}`;
  const data = { orderId, expiresAt: expiresAt.toISOString() };
  return cloudEvent('expiration:complete', { id, source: 'expiration', subject: orderId }, data);
}
