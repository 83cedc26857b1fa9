import request from 'supertest';
import { readChargeablePrice } from '@ticketing/common';
import type { Service } from './fixtures.ts';
import { anOrder, aPaymentsService, asSeller } from './fixtures.ts';

describe('a buyer of a ticket', () => {
  let service: Service;
  beforeAll(async () => {
    service = await aPaymentsService();
  });
  afterAll(() => service.close());

  it.each([
    [45.5, 'usd', 4550],
    [19_900, 'huf', 1_990_000],
    [199.5, 'twd', 19_950],
    [5000, 'isk', 500_000],
    [50_000, 'ugx', 5_000_000],
    [12.34, 'kwd', 12_340],
    [4500, 'jpy', 4500],
    [90_000, 'mga', 90_000],
    [1_500_000, 'idr', 150_000_000],
  ])('at %p %s pays %p in the unit of Stripe, and is refunded the same', async (price, currency, charged) => {
    const { bus, emulator } = service;
    const parsed = readChargeablePrice(price, currency);
    const amount = 'amount' in parsed ? parsed.amount : 0;
    const order = anOrder({ ticket: { amount, currency } });
    await bus.deliver('order:created', order);

    const { body } = await service.pay(order, 'tok_visa').expect(201);
    expect(body).toMatchObject({ status: 'authorized', price, currency });
    expect(await emulator.ledger(order.id)).toMatchObject([{ amount: charged, held: charged, currency }]);

    const paid = { ...order, ticketConfirmed: true, paymentAuthorized: true };
    await bus.deliver('order:updated', { ...paid, version: 1, status: 'awaiting:payment' });
    const captured = await service.reaches(order.id, 'captured');
    expect(captured.intent).toMatchObject({ amount, currency });
    expect(await emulator.ledger(order.id)).toMatchObject([{ captured: charged }]);

    await bus.deliver('order:updated', { ...paid, version: 2, status: 'complete' });
    const refund = `/api/payments/${order.id}/refund`;
    await request(service.server).post(refund).set('Cookie', asSeller).expect(202);
    expect(await service.reaches(order.id, 'refunded')).toMatchObject({ refundedAmount: amount });
    expect(await emulator.ledger(order.id)).toMatchObject([{ refunded: charged }]);
  });

  it('at a price that Stripe has no unit for is refused without a charge', async () => {
    const order = anOrder({ ticket: { amount: 12_345, currency: 'kwd' } });
    await service.bus.deliver('order:created', order);

    const { body } = await service.pay(order, 'tok_visa');
    expect(body.errors).toHaveLength(1);
    expect(await service.emulator.ledger(order.id)).toEqual([]);
  });
});
