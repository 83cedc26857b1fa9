import request from 'supertest';
import { newId } from '@ticketing/common';
import type { Service } from '../../test/fixtures.ts';
import { anOrder, aPaymentsService, asBuyer, asStranger } from '../../test/fixtures.ts';
import { payments } from '../models/payment.ts';

let service: Service;
beforeAll(async () => {
  service = await aPaymentsService();
});
afterAll(() => service.close());
afterEach(() => service.emulator.heal());

const get = (path: string, cookie = asBuyer) => request(service.server).get(path).set('Cookie', cookie);
const old = () => `5${newId().slice(1)}`;

async function aReservedOrder(overrides: Parameters<typeof anOrder>[0] = {}) {
  const order = anOrder(overrides);
  await service.bus.deliver('order:created', order);
  return order;
}

describe('while events cannot arrive', () => {
  beforeEach(() => (service.bus.status = 'down'));
  afterEach(() => (service.bus.status = 'up'));

  const id = '0123456789abcdef01234567';
  it.each([
    ['GET', `/api/payments/${id}`, undefined],
    ['GET', `/api/payments?orderId=${id}`, undefined],
    ['POST', '/api/payments', { orderId: id }],
    ['POST', `/api/payments/${id}/refund`, {}],
  ] as const)('%s %s returns 503 not_synchronized', async (method, path, body) => {
    const sent = request(service.server)[method === 'GET' ? 'get' : 'post'](path).set('Cookie', asBuyer);
    const response = await sent.send(body).expect(503);

    expect(response.body.errors[0].code).toBe('not_synchronized');
    expect(response.headers['retry-after']).toBe('1');
  });
});

describe('GET /api/payments/:id and ?orderId=', () => {
  it('return the same payment', async () => {
    const order = await aReservedOrder();
    await service.pay(order, 'tok_visa').expect(201);

    const { body } = await get(`/api/payments/${order.id}`).expect(200);

    expect(body).toMatchObject({ id: order.id, orderId: order.id, status: 'authorized', price: 45.5 });
    const byOrder = await get(`/api/payments?orderId=${order.id}`).expect(200);
    expect(byOrder.body).toEqual({ ...body, serverNow: expect.any(String) });
  });

  it('return the price of a currency without decimals as a whole number', async () => {
    const order = await aReservedOrder({ ticket: { currency: 'jpy', amount: 4550 } });
    await service.pay(order, 'tok_visa').expect(201);
    const { body } = await get(`/api/payments/${order.id}`).expect(200);
    expect(body).toMatchObject({ price: 4550, currency: 'jpy' });
  });

  it('refresh a payment whose webhook never arrived', async () => {
    const order = await aReservedOrder();
    await service.pay(order).expect(201);
    const { intent } = await service.find(order.id);
    await service.emulator.faults({ webhooks: { dropRate: true } });
    await service.emulator.confirmAsBuyer(intent?.id ?? '', 'tok_visa');
    const notLooked = { since: new Date(0), dueAt: new Date(Date.now() + 3_600_000) };
    await payments().updateOne({ _id: order.id }, { $set: notLooked, $unset: { lookedAt: '' } });

    await get(`/api/payments/${order.id}`).expect(200, /"authorized"/);
  });

  it('return the stored payment while Stripe does not answer', async () => {
    const order = await aReservedOrder();
    await service.pay(order).expect(201);
    await payments().updateOne({ _id: order.id }, { $set: { since: new Date(0) } });
    await service.emulator.faults({ operation: 'read', errorRate: true });

    await get(`/api/payments/${order.id}`).expect(200, /"open"/);
  });

  it('return 404 before the first POST', async () => {
    const order = await aReservedOrder();
    await get(`/api/payments/${order.id}`).expect(404, /not_found/);
    await get(`/api/payments?orderId=${order.id}`).expect(404);
  });

  it('return 404 for an unknown order and a malformed id', async () => {
    await get(`/api/payments/${old()}`).expect(404);
    await get('/api/payments/nonsense').expect(404);
    await get(`/api/payments?orderId=${old()}`).expect(404);
  });

  it('return 403 for everyone but the buyer', async () => {
    const order = await aReservedOrder();
    await service.pay(order, 'tok_visa').expect(201);
    await get(`/api/payments/${order.id}`, asStranger).expect(403);
    await get(`/api/payments?orderId=${order.id}`, asStranger).expect(403);
    await request(service.server).get(`/api/payments/${order.id}`).expect(401);
    await request(service.server).get(`/api/payments?orderId=${order.id}`).expect(401);
  });

  it.each(['', '?orderId=nonsense', '?orderId[$ne]=1', '?orderId=1&orderId=2'])(
    'return 400 for the query %s',
    async (query) => {
      const { body } = await get(`/api/payments${query}`).expect(400);
      expect(body.errors).toEqual([{ message: expect.any(String), field: 'orderId' }]);
    },
  );
});

describe('GET /api/payments/config', () => {
  it('names the emulator and its test cards, without a session', async () => {
    const { body, headers } = await request(service.server).get('/api/payments/config').expect(200);

    expect(headers['cache-control']).toBe('public, max-age=60');
    expect(body).toMatchObject({ provider: 'emulator', publishableKey: 'pk_test_payments' });
    expect(body.scenarios).toHaveLength(10);
    expect(body.scenarios[0]).toEqual({ token: 'tok_visa', label: 'Success (4242)' });
  });
});
