import request from 'supertest';
import { newId } from '@ticketing/common';
import { eventually } from '@ticketing/common/testing';
import type { Service } from '../../test/fixtures.ts';
import { anOrder, aPaymentsService, asBuyer, asSeller, asStranger } from '../../test/fixtures.ts';

let service: Service;
beforeAll(async () => {
  service = await aPaymentsService();
});
afterAll(() => service.close());
afterEach(() => service.emulator.heal());

function refund(id: string, body: object = {}, cookie = asSeller) {
  return request(service.server).post(`/api/payments/${id}/refund`).set('Cookie', cookie).send(body);
}

async function aSoldOrder(status: 'awaiting:payment' | 'complete' = 'complete') {
  const order = anOrder();
  await service.bus.deliver('order:created', order);
  await service.pay(order, 'tok_visa').expect(201);
  await service.bus.deliver('order:updated', { ...order, version: 1, status: 'awaiting:payment' });
  await service.reaches(order.id, 'captured');
  if (status === 'complete') await service.bus.deliver('order:updated', { ...order, version: 2, status });
  return order;
}

describe('POST /api/payments/:id/refund', () => {
  it('refunds once, however often it is called', async () => {
    const order = await aSoldOrder();

    const answers = await Promise.all(Array.from({ length: 20 }, () => refund(order.id)));

    for (const { status } of answers) expect([200, 202]).toContain(status);
    await service.reaches(order.id, 'refunded');
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ refunds: 1, refunded: 4550 }]);
    await eventually(() => service.published(order.id).length === 3);
    await refund(order.id).expect(200, /"refunded"/);
  });

  it('returns 400 for a field that it does not know, and refunds nothing', async () => {
    const order = await aSoldOrder();

    const { body } = await refund(order.id, { quantity: 4 }).expect(400);

    expect(body.errors).toMatchObject([{ field: 'quantity', code: 'unknown_field' }]);
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ refunds: 0 }]);
  });

  it('returns 409 until the order is complete', async () => {
    const order = await aSoldOrder('awaiting:payment');
    await refund(order.id).expect(409, /order_not_complete/);
    expect(await service.find(order.id)).toMatchObject({ status: 'captured' });
  });

  it('returns 409 for a payment that is only authorized', async () => {
    const order = anOrder();
    await service.bus.deliver('order:created', order);
    await service.pay(order, 'tok_visa').expect(201);
    await refund(order.id).expect(409, /order_not_complete/);
  });

  it('returns 403 for everyone but the seller', async () => {
    const order = await aSoldOrder();
    await refund(order.id, {}, asBuyer).expect(403);
    await refund(order.id, {}, asStranger).expect(403);
    await request(service.server).post(`/api/payments/${order.id}/refund`).expect(401);
    expect(await service.find(order.id)).toMatchObject({ status: 'captured' });
  });

  it('returns 404 without a payment', async () => {
    const order = anOrder();
    await service.bus.deliver('order:created', order);
    await refund(order.id).expect(404);
    await refund(`5${newId().slice(1)}`).expect(404);
    await refund('nonsense').expect(404);
  });

  it.each([{ reason: 7 }, { reason: { $ne: 1 } }, { reason: 'x'.repeat(501) }])(
    'refuses %j',
    async (body) => {
      const answer = await refund(newId(), body).expect(400);
      expect(answer.body.errors[0]).toMatchObject({ field: 'reason' });
    },
  );
});
