import request from 'supertest';
import type { EventData } from '@ticketing/common';
import { newId } from '@ticketing/common';
import { eventually, metricValue, recordingLog } from '@ticketing/common/testing';
import type { Service } from '../../test/fixtures.ts';
import { anOrder, aPaymentsService, asBuyer, asSeller, asStranger } from '../../test/fixtures.ts';

const { log, security } = recordingLog();
let service: Service;
beforeAll(async () => {
  service = await aPaymentsService({ log });
});
afterAll(() => service.close());
afterEach(() => service.emulator.heal());

/** What the last event of a payment says of its seller. */
const sellerRefundOf = (id: string) =>
  service.bus.published
    .map(({ data }) => data as EventData<'payment:refunded'>)
    .findLast((data) => data.orderId === id)?.sellerRefund;

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
    expect(security('refund')).toMatchObject([{ orderId: order.id, userId: order.ticket.sellerId }]);
    expect(sellerRefundOf(order.id)).toEqual({ sellerId: order.ticket.sellerId, at: expect.any(String) });
  });

  it('is counted once, as a refund of all or of a part', async () => {
    const counts = () =>
      Promise.all(['all', 'part'].map((of) => metricValue('ticketing_refunds_total', { of })));
    const [all = NaN, part = NaN] = await counts();
    // A refund is counted a moment after it is stored.
    const areCounted = (sum: number) => async () => (await counts()).reduce((a = 0, b = 0) => a + b) === sum;
    const order = await aSoldOrder();

    await refund(order.id, { amount: 10 }).expect(202);
    await eventually(areCounted(all + part + 1));
    expect(await counts()).toEqual([all, part + 1]);
    await refund(order.id).expect(202);
    await eventually(areCounted(all + part + 2));

    expect(await counts()).toEqual([all + 1, part + 1]);
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

describe('POST /api/payments/:id/refund with an amount', () => {
  async function reachesRefunded(id: string, refundedAmount: number, status = 'captured') {
    await eventually(async () => {
      const payment = await service.find(id);
      return payment.status === status && payment.refundedAmount === refundedAmount;
    });
  }

  it('refunds parts up to the whole payment, and never more', async () => {
    const order = await aSoldOrder();

    expect((await refund(order.id, { amount: 10.5 }).expect(202)).body).toMatchObject({
      status: 'refunding',
    });
    await reachesRefunded(order.id, 1050);
    await refund(order.id, { amount: 35.01 }).expect(409, /refund_too_large/);
    await refund(order.id, { amount: 20 }).expect(202);
    await reachesRefunded(order.id, 3050);
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ refunds: 2, refunded: 3050 }]);
    await refund(order.id, { amount: 15 }).expect(202);

    await reachesRefunded(order.id, 4550, 'refunded');
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ refunds: 3, refunded: 4550 }]);
    await eventually(() => service.published(order.id).length === 5);
    expect(service.published(order.id).map(({ name }) => name)).toEqual([
      'payment:authorized',
      ...['payment:created', 'payment:created', 'payment:created', 'payment:refunded'],
    ]);
    expect(service.bus.published.at(-1)?.data).toMatchObject({ refundedAmount: 4550, version: 5 });
  });

  it('refunds the rest when no amount is given', async () => {
    const order = await aSoldOrder();
    await refund(order.id, { amount: 0.01 }).expect(202);
    await reachesRefunded(order.id, 1);

    await refund(order.id).expect(202);

    await reachesRefunded(order.id, 4550, 'refunded');
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ refunds: 2, refunded: 4550 }]);
  });

  it('refunds once for one Idempotency-Key, however often it is sent', async () => {
    const order = await aSoldOrder();
    const send = (amount: number) => refund(order.id, { amount }).set('Idempotency-Key', `r-${order.id}`);

    const answers = await Promise.all(Array.from({ length: 10 }, () => send(5)));
    for (const { status } of answers) expect([200, 202]).toContain(status);
    await reachesRefunded(order.id, 500);
    expect((await send(5).expect(200)).body).toMatchObject({ status: 'captured', refundedAmount: 5 });
    await send(6).expect(409, /idempotency_key_reused/);

    expect(await service.emulator.ledger(order.id)).toMatchObject([{ refunds: 1, refunded: 500 }]);
  });

  it('accepts one refund at a time', async () => {
    const order = await aSoldOrder();
    await service.emulator.faults({ operation: 'refund', latencyMs: 500 });

    await refund(order.id, { amount: 5 }).expect(202);
    await refund(order.id, { amount: 6 }).expect(409, /refund_in_progress/);
    await refund(order.id, { amount: 5 }).expect(202);

    await reachesRefunded(order.id, 500);
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ refunds: 1, refunded: 500 }]);
  });

  it.each(['errorRate', 'errorAfterEffect', 'resetAfterEffect'])(
    'refunds a part once although Stripe fails (%s)',
    async (fault) => {
      const order = await aSoldOrder();
      await refund(order.id, { amount: 1 }).expect(202);
      await reachesRefunded(order.id, 100);
      await service.emulator.faults({ operation: 'refund', [fault]: true, count: 1 });

      await refund(order.id, { amount: 5 }).expect(202);

      await reachesRefunded(order.id, 600);
      expect(await service.emulator.ledger(order.id)).toMatchObject([{ refunds: 2, refunded: 600 }]);
    },
  );

  it('refunds a part once although the process dies after the call', async () => {
    const order = await aSoldOrder();
    service.onCrashPoint = (point) => {
      if (point === 'after-stripe') throw new Error('dead');
    };
    await refund(order.id, { amount: 5 }).expect(202);
    await eventually(async () => (await service.emulator.ledger(order.id))[0]?.refunds === 1);
    service.onCrashPoint = () => undefined;
    await service.makeDue(order.id);

    await reachesRefunded(order.id, 500);
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ refunds: 1, refunded: 500 }]);
  });

  it('ends a refund that Stripe refuses because the payment is disputed, and records the dispute', async () => {
    const order = await aSoldOrder();
    const { intent } = await service.find(order.id);
    await service.emulator.act(`/intents/${intent?.id}/dispute`, { webhooks: false });

    await refund(order.id).expect(202);

    await reachesRefunded(order.id, 0);
    expect(await service.find(order.id)).toMatchObject({
      dispute: { status: 'needs_response', amount: 4550 },
    });
  });

  it.each([0, -1, 0.001, '5', null, 1e9, { $gt: 1 }])('returns 400 for the amount %j', async (amount) => {
    const order = await aSoldOrder();
    const { body } = await refund(order.id, { amount }).expect(400);
    expect(body.errors[0]).toMatchObject({ field: 'amount' });
    expect(await service.find(order.id)).toMatchObject({ status: 'captured' });
  });
});
