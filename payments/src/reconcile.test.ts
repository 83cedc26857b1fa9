import { newId } from '@ticketing/common';
import { aPaymentsService, anOrder } from '../test/fixtures.ts';
import type { Service } from '../test/fixtures.ts';
import { payments } from './models/payment.ts';
import { reconcile } from './reconcile.ts';

const MINUTE = 60_000;
let service: Service;
beforeEach(async () => {
  service = await aPaymentsService();
});
afterEach(() => service.close());

/** The reconciler as it would run in an hour, when everything has long settled. */
function anHourLater() {
  return reconcile(service.desk, service.worker, { now: Date.now() + 60 * MINUTE });
}

async function aPaidOrder() {
  const order = anOrder();
  await service.bus.deliver('order:created', order);
  await service.pay(order, 'tok_visa').expect(201);
  return order;
}

async function takenByHand(orderId: string): Promise<string> {
  const { id } = await service.emulator.dashboard('POST', '/payment_intents', {
    amount: '4550',
    currency: 'usd',
    confirm: 'true',
    capture_method: 'automatic',
    'payment_method_data[type]': 'card',
    'payment_method_data[card][token]': 'tok_visa',
    ...(orderId && { 'metadata[orderId]': orderId }),
  });
  return String(id);
}

describe('the reconciler', () => {
  it('finds no difference where purchases went as they should', async () => {
    const [sold, lapsed, refused, declined] = [
      await aPaidOrder(),
      await aPaidOrder(),
      await aPaidOrder(),
      anOrder(),
    ];
    await service.bus.deliver('order:updated', { ...sold, version: 1, status: 'awaiting:payment' });
    await service.reaches(sold.id, 'captured');
    await service.bus.deliver('order:updated', { ...sold, version: 2, status: 'complete' });
    for (const order of [lapsed, refused]) {
      await service.bus.deliver('order:cancelled', {
        ...order,
        version: 1,
        status: 'cancelled',
        reason: 'expired',
      });
      await service.reaches(order.id, 'voided');
    }
    await service.bus.deliver('order:created', declined);
    await service.pay(declined, 'tok_chargeDeclined').expect(402);

    expect(await anHourLater()).toEqual([]);
    expect(await reconcile(service.desk, service.worker)).toEqual([]);
  });

  it('gives back what was taken for a cancelled order', async () => {
    const order = anOrder({ version: 1, status: 'cancelled', reason: 'buyer' });
    await service.bus.deliver('order:cancelled', order);
    const intentId = await takenByHand(order.id);

    const differences = await reconcile(service.desk, service.worker);

    expect(differences).toEqual([
      { orderId: order.id, intentId, what: 'money was taken for a cancelled order, it is given back' },
    ]);
    await service.reaches(order.id, 'refunded');
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ captured: 4550, refunded: 4550 }]);
    expect(await anHourLater()).toEqual([]);
  });

  it('gives back what was taken for an order that is not known after ten minutes, not before', async () => {
    const orderId = newId();
    await takenByHand(orderId);

    expect(await reconcile(service.desk, service.worker)).toEqual([]);
    expect(await service.emulator.ledger(orderId)).toMatchObject([{ refunded: 0 }]);

    expect(await anHourLater()).toMatchObject([
      { orderId, what: 'succeeded, for an order that is not known here' },
    ]);
    expect(await service.emulator.ledger(orderId)).toMatchObject([{ refunded: 4550, refunds: 1 }]);
    expect(await anHourLater()).toEqual([]);
  });

  it('never gives back by itself what was taken for an order that is alive', async () => {
    const order = anOrder();
    await service.bus.deliver('order:created', order);
    await takenByHand(order.id);
    await payments().updateOne({ _id: order.id }, { $set: { since: new Date(0) } });

    const differences = await anHourLater();

    expect(differences).toMatchObject([{ orderId: order.id, what: 'none here, succeeded at Stripe' }]);
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ refunded: 0 }]);
  });

  it('tells of a hold that is left on an order that has ended', async () => {
    const order = await aPaidOrder();
    await payments().updateOne(
      { _id: order.id },
      { $set: { status: 'voided', 'order.status': 'cancelled' }, $unset: { dueAt: '' } },
    );

    expect(await anHourLater()).toMatchObject([{ what: 'voided here, requires_capture at Stripe' }]);
  });

  it('tells of a second PaymentIntent, and of one that Stripe does not know', async () => {
    const order = await aPaidOrder();
    await payments().updateOne({ _id: order.id }, { $set: { 'intent.id': 'pi_gone' } });

    const whats = (await anHourLater()).map(({ what }) => what);

    expect(whats).toEqual([
      'a second PaymentIntent, requires_capture',
      'Stripe does not know this PaymentIntent',
    ]);
  });

  it('tells of an order that is complete without its money', async () => {
    const order = await aPaidOrder();
    await payments().updateOne({ _id: order.id }, { $set: { 'order.status': 'complete' } });

    expect(await anHourLater()).toMatchObject([
      { what: expect.stringContaining('the order is complete, its payment authorized') },
    ]);
  });
});
