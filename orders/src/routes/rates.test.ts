import request from 'supertest';
import { newId } from '@ticketing/common';
import { aUser, sessionCookie } from '@ticketing/common/testing';
import { useService } from '../../test/setup.ts';

const { app } = useService({ rates: { reservations: { account: 3, network: 100, seconds: 600 } } });

describe('POST /api/orders', () => {
  it('returns 429 rate_limited after as many requests of a buyer as the limit allows, whatever they led to', async () => {
    const buyer = aUser();
    const reserve = (as: typeof buyer) =>
      request(app)
        .post('/api/orders')
        .set('Cookie', sessionCookie(as))
        .send({ ticketId: newId().replace(/^.{8}/, '00000000') });
    for (let index = 0; index < 3; index += 1) await reserve(buyer).expect(404);

    const { headers, body } = await reserve(buyer).expect(429);

    expect(body.errors[0].code).toBe('rate_limited');
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    await reserve(aUser()).expect(404);
  });
});
