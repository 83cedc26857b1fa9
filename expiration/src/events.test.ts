import { checkEvent } from '@ticketing/common';
import { expirationComplete } from './events.ts';

describe('expirationComplete', () => {
  it('has an id made of the order and its expiry, so that a second publication is a duplicate', () => {
    const expiresAt = new Date('2026-05-01T12:00:00.123Z');
    const event = expirationComplete('65f000000000000000000001', expiresAt);

    expect(event.id).toBe(`expiration:65f000000000000000000001:${expiresAt.getTime()}`);
    expect(event.subject).toBe('65f000000000000000000001');
    expect(() => checkEvent(event)).not.toThrow();
  });
});
