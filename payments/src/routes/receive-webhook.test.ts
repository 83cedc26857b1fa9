import { createHmac } from 'node:crypto';
import request from 'supertest';
import { newId } from '@ticketing/common';
import { eventually } from '@ticketing/common/testing';
import type { Service } from '../../test/fixtures.ts';
import { anOrder, aPaymentsService, WEBHOOK_SECRETS } from '../../test/fixtures.ts';
import { db } from '../db.ts';
import { payments } from '../models/payment.ts';

let service: Service;
beforeAll(async () => {
  service = await aPaymentsService();
});
afterAll(() => service.close());
afterEach(() => service.emulator.heal());

function signature(body: string, secret: string, at = Math.floor(Date.now() / 1000)): string {
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
}

function anEvent(intentId: string, orderId: string, type = 'payment_intent.succeeded'): string {
  const object = { id: intentId, object: 'payment_intent', metadata: { orderId }, status: 'succeeded' };
  return JSON.stringify({ id: `evt_${newId()}`, object: 'event', type, data: { object } });
}

function send(body: string, header = signature(body, WEBHOOK_SECRETS[0] ?? '')) {
  return request(service.server)
    .post('/api/payments/webhook')
    .set('Content-Type', 'application/json; charset=utf-8')
    .set('Stripe-Signature', header)
    .send(body);
}

const inbox = () => db.connection.collection<{ _id: string }>('stripeevents');

/** An order whose buyer confirms in the Payment Element, with the worker kept from looking by itself. */
async function anOpenPayment(fault: object) {
  const order = anOrder();
  await service.bus.deliver('order:created', order);
  await service.pay(order).expect(201);
  const { intent } = await service.find(order.id);
  const lastLook = { lookedAt: new Date(0), since: new Date(0), dueAt: new Date(Date.now() + 3_600_000) };
  await payments().updateOne({ _id: order.id }, { $set: lastLook });
  await service.emulator.faults(fault);
  await service.emulator.confirmAsBuyer(intent?.id ?? '', 'tok_visa');
  return { order, intentId: intent?.id ?? '' };
}

describe('POST /api/payments/webhook', () => {
  it('refreshes the payment at once', async () => {
    const { order } = await anOpenPayment({});
    await service.reaches(order.id, 'authorized');
  });

  it('takes the state from the PaymentIntent, not from the event', async () => {
    const { order, intentId } = await anOpenPayment({ webhooks: { dropRate: true } });

    await send(anEvent(intentId, order.id, 'payment_intent.succeeded')).expect(200);

    await service.reaches(order.id, 'authorized');
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ captured: 0 }]);
  });

  it('changes nothing when it arrives twice, late, or for a payment that has ended', async () => {
    const { order, intentId } = await anOpenPayment({ webhooks: { dropRate: true } });
    const event = anEvent(intentId, order.id);
    await Promise.all(Array.from({ length: 10 }, () => send(event).expect(200)));
    await service.reaches(order.id, 'authorized');
    await service.bus.deliver('order:cancelled', {
      ...order,
      version: 1,
      status: 'cancelled',
      reason: 'buyer',
    });
    await service.reaches(order.id, 'voided');

    await send(event).expect(200);
    await send(anEvent(intentId, order.id, 'payment_intent.amount_capturable_updated')).expect(200);

    await eventually(() => service.published(order.id).length === 2);
    expect(await service.find(order.id)).toMatchObject({ status: 'voided', version: 2 });
    const { id } = JSON.parse(event) as { id: string };
    expect(await inbox().countDocuments({ _id: id })).toBe(1);
  });

  it('stores an event of an unknown payment and creates nothing from it', async () => {
    const orderId = newId();
    const event = anEvent('pi_unknown', orderId);

    await send(event).expect(200);

    expect(await inbox().countDocuments({ intentId: 'pi_unknown' })).toBe(1);
    expect(await payments().countDocuments({ _id: orderId })).toBe(0);
  });

  it('accepts both signing secrets during a rotation', async () => {
    for (const secret of WEBHOOK_SECRETS) {
      const event = anEvent('pi_unknown', newId());
      await send(event, signature(event, secret)).expect(200);
    }
  });

  it.each<[string, (body: string) => string]>([
    ['of another secret', (body) => signature(body, 'whsec_forged')],
    ['of another body', () => signature('{}', WEBHOOK_SECRETS[0] ?? '')],
    ['older than five minutes', (body) => signature(body, WEBHOOK_SECRETS[0] ?? '', Date.now() / 1000 - 301)],
    ['that is nonsense', () => 'nonsense'],
    ['that is empty', () => ''],
  ])('returns 400 for a signature %s', async (_, sign) => {
    const event = anEvent('pi_forged', newId());

    await send(event, sign(event)).expect(400, /bad_signature/);

    expect(await inbox().countDocuments({ intentId: 'pi_forged' })).toBe(0);
  });

  it('returns 400 for an empty request', async () => {
    await request(service.server).post('/api/payments/webhook').expect(400);
  });
});
