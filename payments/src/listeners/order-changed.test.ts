import { resyncsDone } from '@ticketing/common/testing';
import type { Service } from '../../test/fixtures.ts';
import { anOrder, aPaymentsService } from '../../test/fixtures.ts';
import { db } from '../db.ts';
import { findPayment, payments, storeOrder } from '../models/payment.ts';

let service: Service;
beforeAll(async () => {
  service = await aPaymentsService();
});
afterAll(() => service.close());

type Order = ReturnType<typeof anOrder>;
const awaiting = (order: Order): Order => ({ ...order, version: 1, status: 'awaiting:payment' });
const cancelled = (order: Order): Order => ({ ...order, version: 1, status: 'cancelled', reason: 'buyer' });

describe('the replica of an order', () => {
  it('is created by the first event and never replaced by an older one', async () => {
    const order = anOrder();
    await service.bus.deliver('order:cancelled', cancelled(order));
    await service.bus.deliver('order:created', order);

    expect(await findPayment({ _id: order.id })).toMatchObject({
      status: 'none',
      version: 0,
      order: { version: 1, status: 'cancelled', reason: 'buyer', amount: 4550, currency: 'usd' },
    });
  });

  it('is one document when all events arrive at once and repeatedly', async () => {
    const order = anOrder();
    const events = [order, awaiting(order), { ...order, version: 2, status: 'complete' as const }];
    const outcomes = await Promise.all(
      [...events, ...events, ...events].map((event) =>
        service.bus.deliver(event.version === 0 ? 'order:created' : 'order:updated', event),
      ),
    );

    expect(new Set(outcomes)).toEqual(new Set(['ack']));
    expect(await findPayment({ _id: order.id })).toMatchObject({ order: { version: 2, status: 'complete' } });
  });

  it('does not change the version of the payment', async () => {
    const order = anOrder();
    await service.bus.deliver('order:created', order);
    await service.pay(order, 'tok_visa').expect(201);
    await service.bus.deliver('order:updated', { ...order, version: 5, paymentAuthorized: true });
    expect(await service.find(order.id)).toMatchObject({ version: 1, order: { version: 5 } });
  });
});

describe('the reaction to an order', () => {
  it('runs on the next delivery after a crash between the two writes', async () => {
    const order = anOrder();
    await service.bus.deliver('order:created', order);
    await service.pay(order, 'tok_visa').expect(201);
    await storeOrder(awaiting(order));

    await service.bus.deliver('order:updated', awaiting(order));

    await service.reaches(order.id, 'captured');
  });

  it('is performed by the worker when there is no further delivery', async () => {
    const order = anOrder();
    await service.bus.deliver('order:created', order);
    await service.pay(order, 'tok_visa').expect(201);
    await storeOrder(cancelled(order));

    await service.makeDue(order.id);

    await service.reaches(order.id, 'voided');
  });

  it('captures once for repeated deliveries', async () => {
    const order = anOrder();
    await service.bus.deliver('order:created', order);
    await service.pay(order, 'tok_visa').expect(201);

    await Promise.all(
      Array.from({ length: 10 }, () => service.bus.deliver('order:updated', awaiting(order))),
    );

    await service.reaches(order.id, 'captured');
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ captures: 1, captured: 4550 }]);
    expect(await service.find(order.id)).toMatchObject({ version: 2 });
  });

  it('follows the database where another process has voided the payment since', async () => {
    const order = anOrder();
    await service.bus.deliver('order:created', order);
    await service.pay(order, 'tok_visa').expect(201);
    await payments().updateOne({ _id: order.id }, { $set: { status: 'voided' } });

    await service.bus.deliver('order:updated', awaiting(order));

    expect(await service.find(order.id)).toMatchObject({ status: 'voided', order: { version: 1 } });
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ captures: 0 }]);
  });

  it('voids the authorization when awaiting:payment arrives after a newer cancellation', async () => {
    const order = anOrder();
    await service.bus.deliver('order:created', order);
    await service.pay(order, 'tok_visa').expect(201);
    await storeOrder({ ...cancelled(order), version: 2 });

    await service.bus.deliver('order:updated', awaiting(order));

    await service.reaches(order.id, 'voided');
    expect(await service.find(order.id)).toMatchObject({ order: { version: 2, status: 'cancelled' } });
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ captures: 0 }]);
  });

  it.each([
    ['the capture', 'tok_visa', 'captured', 'payment:created'],
    ['the failure', 'tok_captureFails', 'failed', 'payment:failed'],
  ])('republishes the outcome of %s when awaiting:payment is republished', async (_, token, status, name) => {
    const order = anOrder();
    await service.bus.deliver('order:created', order);
    await service.pay(order, token).expect(201);
    await service.bus.deliver('order:updated', awaiting(order));
    await service.reaches(order.id, status);
    const before = await service.everythingPublished(order.id);
    expect(before.at(-1)).toEqual({ name, status, version: 2 });

    await service.bus.deliver('order:updated', awaiting(order));

    expect(await service.everythingPublished(order.id)).toEqual([...before, before.at(-1)]);
  });

  it('creates no payment for an order cancelled before an attempt', async () => {
    const order = anOrder();
    await service.bus.deliver('order:created', order);
    await service.bus.deliver('order:cancelled', cancelled(order));
    expect(await service.find(order.id)).toMatchObject({ status: 'none' });
    expect(service.published(order.id)).toEqual([]);
  });

  it('voids an open PaymentIntent', async () => {
    const order = anOrder();
    await service.bus.deliver('order:created', order);
    await service.pay(order).expect(201);
    await service.bus.deliver('order:cancelled', cancelled(order));
    await service.reaches(order.id, 'voided');
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ status: 'canceled' }]);
  });
});

describe('resync:requested', () => {
  const ask = async (activeOnly: boolean, ...subjects: string[]) => {
    await service.bus.deliver('resync:requested', { id: 'r1', activeOnly, subjects });
    await resyncsDone(db);
  };

  it('republishes the last event of every payment that has published one', async () => {
    const [order, silent] = [anOrder(), anOrder()];
    await service.bus.deliver('order:created', order);
    await service.bus.deliver('order:created', silent);
    await service.pay(order, 'tok_visa').expect(201);
    const before = await service.everythingPublished(order.id);

    await ask(false, 'payment:authorized', 'payment:created');
    await ask(false, 'order:created', 'payment:failed');

    expect(await service.everythingPublished(order.id)).toEqual([...before, before.at(-1)]);
    expect(service.published(silent.id)).toEqual([]);
  });

  it('republishes only payments of live orders when activeOnly is set', async () => {
    const order = anOrder();
    await service.bus.deliver('order:created', order);
    await service.pay(order, 'tok_visa').expect(201);
    await service.bus.deliver('order:cancelled', cancelled(order));
    await service.reaches(order.id, 'voided');
    const before = await service.everythingPublished(order.id);

    await ask(true, 'payment:failed');
    expect(await service.everythingPublished(order.id)).toEqual(before);
    await ask(false, 'payment:failed');
    expect(await service.everythingPublished(order.id)).toEqual([...before, before.at(-1)]);
  });
});
