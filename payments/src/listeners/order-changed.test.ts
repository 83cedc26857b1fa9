import { aPaymentsService, anOrder } from '../../test/fixtures.ts';
import type { Service } from '../../test/fixtures.ts';
import { findPayment, rememberOrder } from '../models/payment.ts';

let service: Service;
beforeAll(async () => {
  service = await aPaymentsService();
});
afterAll(() => service.close());

type Order = ReturnType<typeof anOrder>;
const awaiting = (order: Order): Order => ({ ...order, version: 1, status: 'awaiting:payment' });
const cancelled = (order: Order): Order => ({ ...order, version: 1, status: 'cancelled', reason: 'buyer' });

describe('the replica of an order', () => {
  it('is made by whichever event comes first, and never goes back', async () => {
    const order = anOrder();
    await service.bus.deliver('order:cancelled', cancelled(order));
    await service.bus.deliver('order:created', order);

    expect(await findPayment({ _id: order.id })).toMatchObject({
      status: 'none',
      version: 0,
      order: { version: 1, status: 'cancelled', reason: 'buyer', amount: 4550, currency: 'usd' },
    });
  });

  it('is one, when all events come at once and repeatedly', async () => {
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

  it('leaves the payment’s own version alone', async () => {
    const order = anOrder();
    await service.bus.deliver('order:created', order);
    await service.pay(order, 'tok_visa').expect(201);
    await service.bus.deliver('order:updated', { ...order, version: 5, paymentAuthorized: true });
    expect(await service.find(order.id)).toMatchObject({ version: 1, order: { version: 5 } });
  });
});

describe('the reaction to an order', () => {
  it('is made up for by the next delivery, when a crash came between the two writes', async () => {
    const order = anOrder();
    await service.bus.deliver('order:created', order);
    await service.pay(order, 'tok_visa').expect(201);
    await rememberOrder(awaiting(order));

    await service.bus.deliver('order:updated', awaiting(order));

    await service.reaches(order.id, 'captured');
  });

  it('is made up for by the worker, when there is no next delivery', async () => {
    const order = anOrder();
    await service.bus.deliver('order:created', order);
    await service.pay(order, 'tok_visa').expect(201);
    await rememberOrder(cancelled(order));

    await service.makeDue(order.id);

    await service.reaches(order.id, 'voided');
  });

  it('captures once, however often it is asked', async () => {
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

  it.each([
    ['the capture', 'tok_visa', 'captured', 'payment:created'],
    ['the failure', 'tok_captureFails', 'failed', 'payment:failed'],
  ])('tells %s again, when orders asks again', async (_, token, status, name) => {
    const order = anOrder();
    await service.bus.deliver('order:created', order);
    await service.pay(order, token).expect(201);
    await service.bus.deliver('order:updated', awaiting(order));
    await service.reaches(order.id, status);
    const before = await service.everythingTold(order.id);
    expect(before.at(-1)).toEqual({ name, status, version: 2 });

    await service.bus.deliver('order:updated', awaiting(order));

    expect(await service.everythingTold(order.id)).toEqual([...before, before.at(-1)]);
  });

  it('leaves an order that was cancelled before anybody paid without a payment', async () => {
    const order = anOrder();
    await service.bus.deliver('order:created', order);
    await service.bus.deliver('order:cancelled', cancelled(order));
    expect(await service.find(order.id)).toMatchObject({ status: 'none' });
    expect(service.told(order.id)).toEqual([]);
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
  const ask = (activeOnly: boolean, ...subjects: string[]) =>
    service.bus.deliver('resync:requested', { id: 'r1', activeOnly, subjects });

  it('tells what was last told about every payment that has told anything', async () => {
    const [order, silent] = [anOrder(), anOrder()];
    await service.bus.deliver('order:created', order);
    await service.bus.deliver('order:created', silent);
    await service.pay(order, 'tok_visa').expect(201);
    const before = await service.everythingTold(order.id);

    await ask(false, 'payment:authorized', 'payment:created');
    await ask(false, 'order:created', 'payment:failed');

    expect(await service.everythingTold(order.id)).toEqual([...before, before.at(-1)]);
    expect(service.told(silent.id)).toEqual([]);
  });

  it('leaves out what is over, when only the active are asked for', async () => {
    const order = anOrder();
    await service.bus.deliver('order:created', order);
    await service.pay(order, 'tok_visa').expect(201);
    await service.bus.deliver('order:cancelled', cancelled(order));
    await service.reaches(order.id, 'voided');
    const before = await service.everythingTold(order.id);

    await ask(true, 'payment:failed');
    expect(await service.everythingTold(order.id)).toEqual(before);
    await ask(false, 'payment:failed');
    expect(await service.everythingTold(order.id)).toEqual([...before, before.at(-1)]);
  });
});
