import request from 'supertest';
import { eventually } from '@ticketing/common/testing';
import type { Service } from './fixtures.ts';
import { anOrder, aPaymentsService, asBuyer, asSeller } from './fixtures.ts';

describe('a purchase', () => {
  let service: Service;
  beforeAll(async () => {
    service = await aPaymentsService();
  });
  afterAll(() => service.close());
  beforeEach(() => service.emulator.heal());

  it('is authorized by the request, captured once the order awaits payment, and refunded by the seller', async () => {
    const { bus, emulator } = service;
    const order = anOrder();
    await bus.deliver('order:created', order);

    const { body } = await service.pay(order, 'tok_visa').expect(201);
    expect(body).toEqual({
      id: order.id,
      orderId: order.id,
      ticketId: order.ticket.id,
      status: 'authorized',
      price: 45.5,
      currency: 'usd',
      serverNow: expect.any(String),
    });
    expect(await emulator.ledger(order.id)).toMatchObject([{ amount: 4550, held: 4550, captured: 0 }]);

    const flags = { ticketConfirmed: true, paymentAuthorized: true };
    await bus.deliver('order:updated', { ...order, ...flags, version: 1, status: 'awaiting:payment' });
    await service.reaches(order.id, 'captured');
    expect(await emulator.ledger(order.id)).toMatchObject([{ held: 0, captured: 4550, captures: 1 }]);

    await request(service.server)
      .post(`/api/payments/${order.id}/refund`)
      .set('Cookie', asSeller)
      .expect(409, /order_not_complete/);
    await bus.deliver('order:updated', { ...order, ...flags, version: 2, status: 'complete' });
    const refund = await request(service.server)
      .post(`/api/payments/${order.id}/refund`)
      .set('Cookie', asSeller)
      .send({ reason: 'cannot come after all' })
      .expect(202);
    expect(refund.body).toMatchObject({ status: 'refunding' });
    expect(await service.reaches(order.id, 'refunded')).toMatchObject({
      refundedAmount: 4550,
      refundReason: 'cannot come after all',
    });
    expect(await emulator.ledger(order.id)).toMatchObject([{ refunded: 4550, refunds: 1 }]);
    await request(service.server)
      .post(`/api/payments/${order.id}/refund`)
      .set('Cookie', asSeller)
      .expect(200);
    await eventually(() => service.published(order.id).length === 3);
    expect(service.published(order.id)).toEqual([
      { name: 'payment:authorized', status: 'authorized', version: 1 },
      { name: 'payment:created', status: 'captured', version: 2 },
      { name: 'payment:refunded', status: 'refunded', version: 3 },
    ]);
  });

  it('is voided when the order is cancelled', async () => {
    const { bus, emulator } = service;
    const order = anOrder();
    await bus.deliver('order:created', order);
    await service.pay(order, 'tok_visa').expect(201);

    await bus.deliver('order:cancelled', { ...order, version: 1, status: 'cancelled', reason: 'expired' });

    await service.reaches(order.id, 'voided');
    expect(await emulator.ledger(order.id)).toMatchObject([{ status: 'canceled', held: 0, captured: 0 }]);
    await eventually(() => service.published(order.id).length === 2);
    expect(service.published(order.id)[1]).toEqual({ name: 'payment:failed', status: 'voided', version: 2 });
    await service.pay(order, 'tok_visa').expect(409, /order_expired/);
    const { body } = await request(service.server)
      .get(`/api/payments/${order.id}`)
      .set('Cookie', asBuyer)
      .expect(200);
    expect(body).toMatchObject({ status: 'voided' });
    expect(body).not.toHaveProperty('clientSecret');
  });
});
