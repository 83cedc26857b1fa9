import { eventually } from '@ticketing/common/testing';
import { aPaymentsService, anOrder } from '../test/fixtures.ts';
import type { Service } from '../test/fixtures.ts';
import { findPayment, move, note, payments } from './models/payment.ts';
import type { Payment } from './models/payment.ts';
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
  return (await move(payment, 'attempt', { attempt: 1, attempts })) as Payment;
}

/** Talks to Stripe and dies before the answer is written. */
async function dieAfterStripe(payment: Payment): Promise<void> {
  const crash = () => {
    throw new Error('dead');
  };
  await expect(settle({ ...service.desk, crash }, payment, 'patient')).rejects.toThrow('dead');
}

describe('what a dead process left behind is finished', () => {
  it('pending, nothing was sent', async () => {
    const order = await aReservedOrder();
    await dieAfterWriting(order);
    await service.makeDue(order.id);

    await service.reaches(order.id, 'authorized');

    expect(await service.emulator.ledger(order.id)).toMatchObject([{ holds: 1, held: 4550 }]);
  });

  it('pending, the PaymentIntent was made', async () => {
    const order = await aReservedOrder();
    await dieAfterStripe(await dieAfterWriting(order));
    await service.makeDue(order.id);

    await service.reaches(order.id, 'authorized');

    expect(await service.emulator.ledger(order.id)).toMatchObject([{ holds: 1, held: 4550 }]);
  });

  it.each([
    ['authorised', 'tok_visa', 'authorized', { holds: 1 }],
    ['declined', 'tok_chargeDeclinedInsufficientFunds', 'open', { holds: 0, declines: 1 }],
    ['wanted by the bank', 'tok_threeDSecure2Required', 'requires_action', { holds: 0 }],
  ])('pending, the card was %s', async (_, token, status, line) => {
    const order = await aReservedOrder();
    await dieAfterWriting(order, token);
    const { till } = service.desk;
    const made = await till.create(await service.find(order.id), 'patient');
    if (made.kind !== 'ok') throw new Error(`not made: ${made.kind}`);
    const { id, clientSecret, amount, currency } = made.value;
    const intent = { id, clientSecret, amount, currency };
    await dieAfterStripe((await note(await service.find(order.id), { intent })) as Payment);
    await service.makeDue(order.id);

    await service.reaches(order.id, status);

    expect(await service.emulator.ledger(order.id)).toMatchObject([line]);
  });

  it.each(['before', 'after'])('capturing, died %s Stripe heard of it', async (when) => {
    const order = await anAuthorizedOrder();
    service.onCrashPoint = () => {
      throw new Error('dead');
    };
    await service.emulator.faults(when === 'before' ? { operation: 'capture', resetBeforeEffect: true } : {});
    await service.bus.deliver('order:updated', awaiting(order));
    service.onCrashPoint = () => undefined;
    await service.emulator.heal();
    await service.makeDue(order.id);

    await service.reaches(order.id, 'captured');

    expect(await service.emulator.ledger(order.id)).toMatchObject([{ captures: 1, captured: 4550 }]);
    await eventually(() => service.told(order.id).some(({ name }) => name === 'payment:created'));
  });

  it('voiding, died after Stripe cancelled', async () => {
    const order = await anAuthorizedOrder();
    const voiding = (await move(await service.find(order.id), 'startVoid', { reason: 'voided' })) as Payment;
    await dieAfterStripe(voiding);
    await service.makeDue(order.id);

    await service.reaches(order.id, 'voided');

    expect(await service.emulator.ledger(order.id)).toMatchObject([{ status: 'canceled', held: 0 }]);
  });

  it('voiding, the PaymentIntent was made and its id never stored', async () => {
    const order = await aReservedOrder();
    await dieAfterStripe(await dieAfterWriting(order));
    await service.bus.deliver('order:cancelled', cancelled(order));

    await service.reaches(order.id, 'voided');

    expect(await service.emulator.ledger(order.id)).toMatchObject([{ status: 'canceled', holds: 0 }]);
  });

  it('refunding, died after Stripe gave the money back', async () => {
    const order = await anAuthorizedOrder();
    await service.bus.deliver('order:updated', awaiting(order));
    const refunding = (await move(await service.reaches(order.id, 'captured'), 'startRefund')) as Payment;
    await dieAfterStripe(refunding);
    await service.makeDue(order.id);

    await service.reaches(order.id, 'refunded');

    expect(await service.emulator.ledger(order.id)).toMatchObject([{ refunds: 1, refunded: 4550 }]);
  });

  it('by two processes at once, with one effect', async () => {
    const order = await aReservedOrder();
    const payment = await dieAfterWriting(order);

    await Promise.all([1, 2, 3].map(() => settle(service.desk, payment, 'patient')));

    await service.reaches(order.id, 'authorized');
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ holds: 1 }]);
    await eventually(() => service.told(order.id).length > 0);
    expect(service.told(order.id)).toHaveLength(1);
  });
});

describe('what a dead process left behind is given up when the order has ended', () => {
  it('pending, nothing was sent: nothing is ever charged', async () => {
    const order = await aReservedOrder();
    await dieAfterWriting(order);

    await service.bus.deliver('order:cancelled', cancelled(order));

    await service.reaches(order.id, 'voided');
    expect(await service.emulator.ledger(order.id)).toEqual([]);
  });

  it('pending, the card was charged: the hold is lifted', async () => {
    const order = await aReservedOrder();
    const pending = await dieAfterWriting(order);
    await settle({ ...service.desk, crash: () => undefined }, pending, 'patient');
    await payments().updateOne({ _id: order.id }, { $set: { status: 'pending', version: 0 } });

    await service.bus.deliver('order:cancelled', cancelled(order));

    await service.reaches(order.id, 'voided');
    expect(await service.emulator.ledger(order.id)).toMatchObject([
      { status: 'canceled', holds: 1, held: 0 },
    ]);
  });

  it('a success that comes too late is voided, and the buyer told so', async () => {
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

describe('an error of Stripe that is replayed for ever', () => {
  it.each([
    ['capture', 'errorRate'],
    ['capture', 'errorAfterEffect'],
  ])('does not stop the %s (%s)', async (operation, knob) => {
    const order = await anAuthorizedOrder();
    await service.emulator.faults({ operation, [knob]: true, count: 1 });

    await service.bus.deliver('order:updated', awaiting(order));

    const { keys } = await service.reaches(order.id, 'captured');
    expect(keys.capture).toBe(knob === 'errorRate' ? 2 : 1);
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ captures: 1 }]);
  });

  it.each(['errorRate', 'errorAfterEffect'])('does not stop the voiding (%s)', async (knob) => {
    const order = await anAuthorizedOrder();
    await service.emulator.faults({ operation: 'cancel', [knob]: true, count: 1 });

    await service.bus.deliver('order:cancelled', cancelled(order));

    const { keys } = await service.reaches(order.id, 'voided');
    expect(keys.cancel).toBe(knob === 'errorRate' ? 2 : 1);
  });

  it.each(['errorRate', 'errorAfterEffect'])('gives the money back once (%s)', async (knob) => {
    const order = await anAuthorizedOrder();
    await service.bus.deliver('order:updated', awaiting(order));
    await service.emulator.faults({ operation: 'refund', [knob]: true, count: 1 });
    await move(await service.reaches(order.id, 'captured'), 'startRefund');
    service.worker.kick(order.id);

    const { keys } = await service.reaches(order.id, 'refunded');

    expect(keys.refund).toBe(knob === 'errorRate' ? 2 : 1);
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ refunds: 1, refunded: 4550 }]);
  });

  it('never raises a key because an answer did not come', async () => {
    const order = await anAuthorizedOrder();
    await service.emulator.faults({ operation: 'capture', resetAfterEffect: true, count: 3 });

    await service.bus.deliver('order:updated', awaiting(order));

    expect(await service.reaches(order.id, 'captured')).toMatchObject({ keys: { capture: 1 } });
  });
});

describe('a capture that is refused for good', () => {
  it.each([
    ['and the hold stays', 'tok_captureFails'],
    ['and Stripe cancels the PaymentIntent', 'tok_captureCancels'],
  ])('%s: lifts the hold before anybody is told', async (_, token) => {
    const order = await anAuthorizedOrder(token);

    await service.bus.deliver('order:updated', awaiting(order));

    expect(await service.reaches(order.id, 'failed')).toMatchObject({ reason: 'capture_failed' });
    expect(await service.emulator.ledger(order.id)).toMatchObject([
      { status: 'canceled', held: 0, captured: 0 },
    ]);
    await eventually(() => service.told(order.id).length === 2);
    expect(service.told(order.id)[1]).toEqual({ name: 'payment:failed', status: 'failed', version: 2 });
    await service.pay(order, 'tok_visa').expect(409, /order_final/);
  });
});

describe('money that is not what the order says', () => {
  it('is not captured but voided, when the amount differs', async () => {
    const order = await anAuthorizedOrder();

    await service.bus.deliver('order:updated', {
      ...awaiting(order),
      ticket: { ...order.ticket, amount: 9900 },
    });

    expect(await service.reaches(order.id, 'failed')).toMatchObject({ reason: 'amount_mismatch' });
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ status: 'canceled', captured: 0 }]);
  });

  it('is given back, when somebody took it by hand before the order was cancelled', async () => {
    const order = await anAuthorizedOrder();
    const { intent } = await service.find(order.id);
    await service.emulator.dashboard('POST', `/payment_intents/${intent?.id}/capture`);

    await service.bus.deliver('order:cancelled', cancelled(order));

    await service.reaches(order.id, 'refunded');
    expect(await service.emulator.ledger(order.id)).toMatchObject([{ captured: 4550, refunded: 4550 }]);
  });
});

describe('what nobody answers', () => {
  it('tells of an authorisation again while the order is only created', async () => {
    const order = await anAuthorizedOrder();
    const before = await service.everythingTold(order.id);

    await service.makeDue(order.id);

    await eventually(async () => (await service.everythingTold(order.id)).length > before.length);
    expect(await service.everythingTold(order.id)).toEqual([...before, before[0]]);
  });

  it('looks at Stripe instead of repeating a key that may be forgotten', async () => {
    const order = await anAuthorizedOrder();
    const { intent } = await service.find(order.id);
    await service.emulator.dashboard('POST', `/payment_intents/${intent?.id}/capture`);
    const capturing = (await move(await service.find(order.id), 'startCapture')) as Payment;
    await payments().updateOne(
      { _id: order.id },
      { $set: { since: new Date(Date.now() - 21 * HOUR), keys: { ...capturing.keys, capture: 9 } } },
    );

    await service.makeDue(order.id);

    await service.reaches(order.id, 'captured');
    expect((await findPayment({ _id: order.id }))?.keys.capture).toBe(9);
  });
});
