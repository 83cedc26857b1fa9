import request from 'supertest';
import type { Service } from '../test/fixtures.ts';
import { anOrder, aPaymentsService, asBuyer } from '../test/fixtures.ts';

describe('POST /api/payments while Stripe refuses connections', () => {
  let service: Service;
  beforeAll(async () => {
    service = await aPaymentsService({ stripe: { apiBase: 'http://127.0.0.1:1' } });
  });
  afterAll(() => service.close());

  it('returns 503 payment_unavailable and accepts the same Idempotency-Key afterwards', async () => {
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

  it('returns 503 for the Payment Element, which needs a PaymentIntent', async () => {
    const order = anOrder();
    await service.bus.deliver('order:created', order);
    await service.pay(order).expect(503, /payment_unavailable/);
    await service.pay(order).expect(503, /payment_unavailable/);
  });

  it('still answers GET with the stored payment', async () => {
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
