import { eventually } from '@ticketing/common/testing';
import type { Service } from '../test/fixtures.ts';
import { anOrder, aPaymentsService } from '../test/fixtures.ts';
import { transition, updateBookkeeping } from './models/change-payment.ts';
import type { Payment } from './models/payment.ts';
import { findPayment, payments } from './models/payment.ts';
import { settle } from './settle.ts';

const HOUR = 60 * 60_000;
let service: Service;
beforeAll(async () => {
  service = await aPaymentsService();
});
afterAll(() => service.close());
afterEach(async () => {
  service.onCrashPoint = () => undefined;
  await service.emulator.heal();
});

type Order = ReturnType<typeof anOrder>;
const awaiting = (order: Order): Order => ({
  ...order,
  version: order.version + 1,
  status: 'awaiting:payment',
  ticketConfirmed: true,
  paymentAuthorized: true,
});
const cancelled = (order: Order): Order => ({
  ...order,
  version: order.version + 1,
  status: 'cancelled',
  reason: 'expired',
});

async function aReservedOrder(): Promise<Order> {
  const order = anOrder();
  await service.bus.deliver('order:created', order);
  return order;
}

async function anAuthorizedOrder(token = 'tok_visa'): Promise<Order> {
  const order = await aReservedOrder();
  await service.pay(order, token).expect(201, /"authorized"/);
  return order;
}

/** Writes an intent as a request would, and dies before anything else. */
async function dieAfterWriting(order: Order, token = 'tok_visa'): Promise<Payment> {
  const payment = await service.find(order.id);
  const attempts = [{ n: 1, at: new Date(), token }];
  return (await transition(payment, 'attempt', { attempt: 1, attempts })) as Payment;
}

/** Talks to Stripe and dies before the answer is written. */
async function dieAfterStripe(payment: Payment): Promise<void> {
  const crash = () => {
    throw new Error('dead');
  };
  await expect(settle({ ...service.deps, crash }, payment, 'background')).rejects.toThrow('dead');
}

describe('the worker after a crash', () => {
  it('authorizes a pending payment of which nothing was sent', async () => {
    const order = await aReservedOrder();
    await dieAfterWriting(order);
    await service.makeDue(order.id);

    await service.reaches(order.id, 'authorized');

    expect(await service.emulator.ledger(order.id)).toMatchObject([{ holds: 1, held: 4550 }]);
  });

  it('authorizes a pending payment whose PaymentIntent was created', async () => {
    const order = await aReservedOrder();
    await dieAfterStripe(await dieAfterWriting(order));
    await service.makeDue(order.id);

    await service.reaches(order.id, 'authorized');

    expect(await service.emulator.ledger(order.id)).toMatchObject([{ holds: 1, held: 4550 }]);
  });

  it.each([
    ['authorized', 'tok_visa', 'authorized', { holds: 1 }],
    ['declined', 'tok_chargeDeclinedInsufficientFunds', 'open', { holds: 0, declines: 1 }],
    ['wanted by the bank', 'tok_threeDSecure2Required', 'requires_action', { holds: 0 }],
  ])('finds out about a pending payment whose card was %s', async (_, token, status, line) => {
    const order = await aReservedOrder();
    await dieAfterWriting(order, token);
    const { gateway } = service.deps;
    const made = await gateway.create(await service.find(order.id), 'background');
    if (made.kind !== 'ok') throw new Error(`not made: ${made.kind}`);
    const { id, clientSecret, amount, currency } = made.value;
    const intent = { id, clientSecret, amount, currency };
    await dieAfterStripe((await updateBookkeeping(await service.find(order.id), { intent })) as Payment);
    await service.makeDue(order.id);

    await service.reaches(order.id, status);

    expect(await service.emulator.ledger(order.id)).toMatchObject([line]);
  });

  it.each(['before', 'after'])(
    'captures once when the process died %s the call had its effect',
    async (when) => {
      const order = await anAuthorizedOrder();
      service.onCrashPoint = () => {
        throw new Error('dead');
      };
      await service.emulator.faults(
        when === 'before' ? { operation: 'capture', resetBeforeEffect: true } : {},
      );
      await service.bus.deliver('order:updated', awaiting(order));
      service.onCrashPoint = () => undefined;
      await service.emulator.heal();
      await service.makeDue(order.id);

      await service.reaches(order.id, 'captured');

      expect(await service.emulator.ledger(order.id)).toMatchObject([{ captures: 1, captured: 4550 }]);
      await eventually(() => service.published(order.id).some(({ name }) => name === 'payment:created'));
    },
  );

  it('finishes a void that Stripe has already performed', async () => {
    const order = await anAuthorizedOrder();
    const voiding = (await transition(await service.find(order.id), 'startVoid', {
      reason: 'voided',
    })) as Payment;
    await dieAfterStripe(voiding);
    await service.makeDue(order.id);

    await service.reaches(order.id, 'voided');

    expect(await service.emulator.ledger(order.id)).toMatchObject([{ status: 'canceled', held: 0 }]);
  });

  it('voids a PaymentIntent whose id was never stored', async () => {
    const order = await aReservedOrder();
    await dieAfterStripe(await dieAfterWriting(order));
    await service.bus.deliver('order:cancelled', cancelled(order));

    await service.reaches(order.id, 'voided');

    expect(await service.emulator.ledger(order.id)).toMatchObject([{ status: 'canceled', holds: 0 }]);
  });

  it('finishes a refund that Stripe has already performed', async () => {
    const order = await anAuthorizedOrder();
    await service.bus.deliver('order:updated', awaiting(order));
    const refunding = (await transition(
      await service.reaches(order.id, 'captured'),
      'startRefund',
    )) as Payment;
    await dieAfterStripe(refunding);
    await service.makeDue(order.id);

    await service.reaches(order.id, 'refunded');

    expect(await service.emulator.ledger(order.id)).toMatchObject([{ refunds: 1, refunded: 4550 }]);
  });

  it('has one effect when two processes settle the same payment', async () => {
    const order = await aReservedOrder();
    const payment = await dieAfterWriting(order);

    await Promise.all([1, 2, 3].map(() => settle(service.deps, payment, 'background')));

    await service.reaches(order.id, 'authorized');
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ holds: 1 }]);
    await eventually(() => service.published(order.id).length > 0);
    expect(service.published(order.id)).toHaveLength(1);
  });
});

describe('the worker after a crash, for an order that has ended', () => {
  it('charges nothing when nothing was sent', async () => {
    const order = await aReservedOrder();
    await dieAfterWriting(order);

    await service.bus.deliver('order:cancelled', cancelled(order));

    await service.reaches(order.id, 'voided');
    expect(await service.emulator.ledger(order.id)).toEqual([]);
  });

  it('voids the authorization of a card that was charged', async () => {
    const order = await aReservedOrder();
    const pending = await dieAfterWriting(order);
    await settle({ ...service.deps, crash: () => undefined }, pending, 'background');
    await payments().updateOne({ _id: order.id }, { $set: { status: 'pending', version: 0 } });

    await service.bus.deliver('order:cancelled', cancelled(order));

    await service.reaches(order.id, 'voided');
    expect(await service.emulator.ledger(order.id)).toMatchObject([
      { status: 'canceled', holds: 1, held: 0 },
    ]);
  });

  it('voids an authorization that comes too late and answers the buyer 409', async () => {
    const order = await aReservedOrder();
    const answer = service.pay(order, 'tok_visa');
    await service.emulator.faults({ operation: 'confirm', latencyMs: 1_000 });
    const posted = answer.then((response) => response);
    await service.reaches(order.id, 'pending');

    await service.bus.deliver('order:cancelled', cancelled(order));

    expect((await posted).body.errors).toMatchObject([{ code: 'order_expired' }]);
    await service.reaches(order.id, 'voided');
    expect(await service.emulator.ledger(order.id)).toMatchObject([
      { status: 'canceled', captured: 0, held: 0 },
    ]);
  });
});

describe('a 5xx that Stripe replays under the same key', () => {
  it.each([
    ['capture', 'errorRate'],
    ['capture', 'errorAfterEffect'],
  ])('does not block the %s (%s)', async (operation, fault) => {
    const order = await anAuthorizedOrder();
    await service.emulator.faults({ operation, [fault]: true, count: 1 });

    await service.bus.deliver('order:updated', awaiting(order));

    const { keys } = await service.reaches(order.id, 'captured');
    expect(keys.capture).toBe(fault === 'errorRate' ? 2 : 1);
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ captures: 1 }]);
  });

  it.each(['errorRate', 'errorAfterEffect'])('does not block the void (%s)', async (fault) => {
    const order = await anAuthorizedOrder();
    await service.emulator.faults({ operation: 'cancel', [fault]: true, count: 1 });

    await service.bus.deliver('order:cancelled', cancelled(order));

    const { keys } = await service.reaches(order.id, 'voided');
    expect(keys.cancel).toBe(fault === 'errorRate' ? 2 : 1);
  });

  it.each(['errorRate', 'errorAfterEffect'])(
    'does not block the refund, which happens once (%s)',
    async (fault) => {
      const order = await anAuthorizedOrder();
      await service.bus.deliver('order:updated', awaiting(order));
      await service.emulator.faults({ operation: 'refund', [fault]: true, count: 1 });
      await transition(await service.reaches(order.id, 'captured'), 'startRefund');
      service.worker.enqueue(order.id);

      const { keys } = await service.reaches(order.id, 'refunded');

      expect(keys.refund).toBe(fault === 'errorRate' ? 2 : 1);
      expect(await service.emulator.ledger(order.id)).toMatchObject([{ refunds: 1, refunded: 4550 }]);
    },
  );

  it('never changes the idempotency key after a time-out', async () => {
    const order = await anAuthorizedOrder();
    await service.emulator.faults({ operation: 'capture', resetAfterEffect: true, count: 3 });

    await service.bus.deliver('order:updated', awaiting(order));

    expect(await service.reaches(order.id, 'captured')).toMatchObject({ keys: { capture: 1 } });
  });
});

describe('a capture that is refused permanently', () => {
  it.each([
    ['and the authorization stays', 'tok_captureFails'],
    ['and Stripe cancels the PaymentIntent', 'tok_captureCancels'],
  ])('%s: voids the authorization before payment:failed is published', async (_, token) => {
    const order = await anAuthorizedOrder(token);

    await service.bus.deliver('order:updated', awaiting(order));

    expect(await service.reaches(order.id, 'failed')).toMatchObject({ reason: 'capture_failed' });
    expect(await service.emulator.ledger(order.id)).toMatchObject([
      { status: 'canceled', held: 0, captured: 0 },
    ]);
    await eventually(() => service.published(order.id).length === 2);
    expect(service.published(order.id)[1]).toEqual({ name: 'payment:failed', status: 'failed', version: 2 });
    await service.pay(order, 'tok_visa').expect(409, /order_final/);
  });
});

describe('an amount that differs from the order', () => {
  it('is voided instead of captured', async () => {
    const order = await anAuthorizedOrder();

    await service.bus.deliver('order:updated', {
      ...awaiting(order),
      ticket: { ...order.ticket, amount: 9900 },
    });

    expect(await service.reaches(order.id, 'failed')).toMatchObject({ reason: 'amount_mismatch' });
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ status: 'canceled', captured: 0 }]);
  });

  it('is refunded when it was captured at the dashboard before the order was cancelled', async () => {
    const order = await anAuthorizedOrder();
    const { intent } = await service.find(order.id);
    await service.emulator.dashboard('POST', `/payment_intents/${intent?.id}/capture`);

    await service.bus.deliver('order:cancelled', cancelled(order));

    await service.reaches(order.id, 'refunded');
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ captured: 4550, refunded: 4550 }]);
  });
});

describe('a payment without an answer', () => {
  it('republishes payment:authorized while the order is still created', async () => {
    const order = await anAuthorizedOrder();
    const before = await service.everythingPublished(order.id);

    await service.makeDue(order.id);

    await eventually(async () => (await service.everythingPublished(order.id)).length > before.length);
    expect(await service.everythingPublished(order.id)).toEqual([...before, before[0]]);
  });

  it('retrieves the PaymentIntent instead of reusing an expired idempotency key', async () => {
    const order = await anAuthorizedOrder();
    const { intent } = await service.find(order.id);
    await service.emulator.dashboard('POST', `/payment_intents/${intent?.id}/capture`);
    const capturing = (await transition(await service.find(order.id), 'startCapture')) as Payment;
    await payments().updateOne(
      { _id: order.id },
      { $set: { since: new Date(Date.now() - 21 * HOUR), keys: { ...capturing.keys, capture: 9 } } },
    );

    await service.makeDue(order.id);

    await service.reaches(order.id, 'captured');
    expect((await findPayment({ _id: order.id }))?.keys.capture).toBe(9);
  });
});
