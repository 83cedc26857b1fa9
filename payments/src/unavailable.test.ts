import request from 'supertest';
import { aPaymentsService, anOrder, asBuyer } from '../test/fixtures.ts';
import type { Service } from '../test/fixtures.ts';

describe('while Stripe refuses connections', () => {
  let service: Service;
  beforeAll(async () => {
    service = await aPaymentsService({ stripe: { apiBase: 'http://127.0.0.1:1' } });
  });
  afterAll(() => service.close());

  it('says that nothing was sent, and lets the buyer try again under the same key', async () => {
    const order = anOrder();
    await service.bus.deliver('order:created', order);
    for (const _ of ['once', 'twice']) {
      const { body, headers } = await service
        .pay(order, 'tok_visa')
        .set('Idempotency-Key', order.id)
        .expect(503);
      expect(body.errors).toMatchObject([{ code: 'payment_unavailable' }]);
      expect(headers['retry-after']).toBe('1');
    }
    expect(await service.find(order.id)).toMatchObject({ status: 'open', attempt: 2 });
    expect(await service.find(order.id)).not.toHaveProperty('requestKeys');
  });

  it('has no secret to give for the Payment Element', async () => {
    const order = anOrder();
    await service.bus.deliver('order:created', order);
    await service.pay(order).expect(503, /payment_unavailable/);
    await service.pay(order).expect(503, /payment_unavailable/);
  });

  it('still says what it knows', async () => {
    const order = anOrder();
    await service.bus.deliver('order:created', order);
    await service.pay(order, 'tok_visa').expect(503);
    const { body } = await request(service.server)
      .get(`/api/payments/${order.id}`)
      .set('Cookie', asBuyer)
      .expect(200);
    expect(body).toMatchObject({ status: 'open' });
  });
});
