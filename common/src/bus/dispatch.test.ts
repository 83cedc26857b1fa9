import { setImmediate as turn } from 'node:timers/promises';
import { Error as MongooseErrors, mongo } from 'mongoose';
import { pino } from 'pino';
import { until } from '../../test/broker.ts';
import { Dispatcher } from './dispatch.ts';
import type { Delivery, DispatchOptions } from './dispatch.ts';
import { NotConnectedError, UnknownOutcomeError } from '../event-bus.ts';
import type { DeadLetter, EventHandler } from '../event-bus.ts';
import { cloudEvent } from '../events.ts';
import { isInfrastructureError } from './infrastructure-error.ts';

const channel = 'expiration:complete';
type Handler = EventHandler<typeof channel>;

/** A dispatcher, what it acknowledged and what it set aside. */
function aDispatcher(options: Partial<DispatchOptions> = {}) {
  const letters: DeadLetter[] = [];
  const acked: number[] = [];
  const dispatcher = new Dispatcher({
    ackWaitMs: 1_000,
    deadLetters: (letter) => Promise.resolve(void letters.push(letter)),
    log: pino({ level: 'silent' }),
    ...options,
  });
  const deliver = (delivery: Omit<Delivery, 'ack'>, handler: Handler) =>
    dispatcher.deliver(channel, { ...delivery, ack: () => void acked.push(delivery.sequence) }, handler);
  return { dispatcher, deliver, letters, acked };
}

let sequence = 0;

function aDelivery(options: { subject?: string; body?: string; redeliveries?: number } = {}) {
  sequence += 1;
  const event = cloudEvent(
    channel,
    { id: `expiration:${sequence}`, source: 'test', subject: options.subject ?? String(sequence) },
    { orderId: sequence.toString(16).padStart(24, '0'), expiresAt: '2030-01-01T00:00:00.000Z' },
  );
  const body = Buffer.from(options.body ?? JSON.stringify(event));
  return { event, channel, sequence, body, redeliveries: options.redeliveries ?? 0 } as const;
}

/** A handler that is done when it is told to be. */
function heldHandler() {
  const begun: string[] = [];
  const finish: (() => void)[] = [];
  const handler: Handler = (_, { id }) => {
    begun.push(id);
    return new Promise((resolve) => finish.push(resolve));
  };
  return { handler, begun, finish };
}

const fails =
  (error: Error): Handler =>
  () =>
    Promise.reject(error);

describe('a delivered event', () => {
  it('is given to its handler with its data and envelope, and acknowledged only after that', async () => {
    const { deliver, acked } = aDispatcher();
    const delivery = aDelivery();
    const seen: unknown[] = [];
    deliver(delivery, async (data, event) => {
      await turn();
      expect(acked).toEqual([]);
      seen.push(data, event);
    });
    await until('it is acknowledged', () => acked.length > 0);
    expect(seen).toEqual([delivery.event.data, delivery.event]);
    expect(acked).toEqual([delivery.sequence]);
  });

  it('waits for an earlier one of its aggregate, and for no other', async () => {
    const { deliver } = aDispatcher();
    const { handler, begun, finish } = heldHandler();
    const [first, second] = [aDelivery({ subject: 'one' }), aDelivery({ subject: 'one' })];
    const other = aDelivery({ subject: 'other' });
    for (const delivery of [first, second, other]) deliver(delivery, handler);
    await until('two are begun', () => begun.length === 2);
    await turn();
    expect(begun).toEqual([first.event.id, other.event.id]);
    finish[0]?.();
    await until('the second is begun', () => begun.length === 3);
    finish[1]?.();
    finish[2]?.();
  });

  it('is not handled twice side by side when it is delivered again, and acknowledges the newest delivery', async () => {
    const { deliver, dispatcher } = aDispatcher();
    const { handler, begun, finish } = heldHandler();
    const delivery = aDelivery();
    const acks: string[] = [];
    dispatcher.deliver(channel, { ...delivery, ack: () => void acks.push('first') }, handler);
    await until('it is begun', () => begun.length === 1);
    dispatcher.deliver(
      channel,
      { ...delivery, redeliveries: 1, ack: () => void acks.push('again') },
      handler,
    );
    finish[0]?.();
    await until('it is acknowledged', () => acks.length > 0);
    expect(acks).toEqual(['again']);
    expect(begun).toHaveLength(1);
    deliver({ ...delivery, redeliveries: 2 }, handler);
    await until('a later delivery is handled', () => begun.length === 2);
    finish[1]?.();
  });

  it('is not taken for another one that had its number before the store was reset', async () => {
    const { deliver, acked } = aDispatcher();
    const { handler, begun, finish } = heldHandler();
    const old = aDelivery();
    const fresh = { ...aDelivery(), sequence: old.sequence };
    deliver(old, handler);
    await until('the old one is begun', () => begun.length === 1);
    deliver(fresh, handler);
    finish[0]?.();
    await until('the old one is acknowledged', () => acked.length === 1);
    await turn();
    expect(begun).toEqual([old.event.id]);
    deliver(fresh, handler);
    await until('the new one is begun', () => begun.length === 2);
    finish[1]?.();
  });
});

describe('a handler that fails', () => {
  it('is tried again until it succeeds', async () => {
    const { deliver, acked, letters } = aDispatcher();
    let attempts = 0;
    deliver(aDelivery(), () => {
      attempts += 1;
      if (attempts === 1) throw new Error('thrown');
      return attempts < 4 ? Promise.reject(new Error('rejected')) : Promise.resolve();
    });
    await until('it is acknowledged', () => acked.length > 0);
    expect(attempts).toBe(4);
    expect(letters).toEqual([]);
  });

  it('leaves its event to the broker when time is up', async () => {
    const { deliver, acked, letters, dispatcher } = aDispatcher({ ackWaitMs: 500 });
    const delivery = aDelivery();
    let attempts = 0;
    const handler: Handler = () => {
      attempts += 1;
      return Promise.reject(new Error('no'));
    };
    deliver(delivery, handler);
    const end = Date.now() + 900;
    await until('its time is up', () => Date.now() > end);
    const before = attempts;
    expect(before).toBeGreaterThan(1);
    expect(acked).toEqual([]);
    expect(letters).toEqual([]);
    // As the broker does, until it is acknowledged: the first may come while a long pause has not ended.
    let redeliveries = 0;
    const broker = setInterval(() => deliver({ ...delivery, redeliveries: ++redeliveries }, handler), 500);
    await until('it is tried again', () => attempts > before).finally(() => clearInterval(broker));
    await dispatcher.drain();
  });

  it('does not hold up other aggregates', async () => {
    const { deliver, acked, dispatcher } = aDispatcher();
    deliver(aDelivery(), fails(new Error('no')));
    const good = aDelivery();
    deliver(good, () => Promise.resolve());
    await until('the good one is acknowledged', () => acked.length > 0);
    expect(acked).toEqual([good.sequence]);
    await dispatcher.drain();
  });

  it('has its event set aside after ten redeliveries', async () => {
    const { deliver, acked, letters } = aDispatcher();
    const delivery = aDelivery({ redeliveries: 10 });
    deliver(delivery, fails(new TypeError('still no')));
    await until('it is acknowledged', () => acked.length > 0);
    const id = `${channel}:${delivery.sequence}`;
    expect(letters).toEqual([
      { id, channel, event: delivery.event, error: 'TypeError: still no', attempts: 11 },
    ]);
  });

  it('never has its event set aside while a store is away', async () => {
    const { deliver, acked, letters, dispatcher } = aDispatcher({ ackWaitMs: 300 });
    let attempts = 0;
    deliver(aDelivery({ redeliveries: 99 }), () => {
      attempts += 1;
      return Promise.reject(new mongo.MongoNetworkError('connection closed'));
    });
    await until('it was tried', () => attempts > 0);
    await dispatcher.drain();
    expect(letters).toEqual([]);
    expect(acked).toEqual([]);
  });
});

describe('what waited in the queue for too long', () => {
  it('is dropped unhandled, because the broker is about to deliver it again', async () => {
    const { deliver, acked } = aDispatcher({ ackWaitMs: 200 });
    const { handler, begun, finish } = heldHandler();
    const [first, second] = [aDelivery({ subject: 'one' }), aDelivery({ subject: 'one' })];
    deliver(first, handler);
    deliver(second, handler);
    const end = Date.now() + 200;
    await until('its time is up', () => Date.now() > end);
    finish[0]?.();
    await until('the first is acknowledged', () => acked.length > 0);
    await turn();
    expect(begun).toEqual([first.event.id]);
    deliver({ ...second, redeliveries: 1 }, handler);
    await until('the second is begun', () => begun.length === 2);
    finish[1]?.();
  });

  it('is handled when it was delivered again meanwhile', async () => {
    const { deliver, acked } = aDispatcher({ ackWaitMs: 200 });
    const { handler, begun, finish } = heldHandler();
    const [first, second] = [aDelivery({ subject: 'one' }), aDelivery({ subject: 'one' })];
    deliver(first, handler);
    deliver(second, handler);
    const end = Date.now() + 200;
    await until('its time is up', () => Date.now() > end);
    deliver({ ...second, redeliveries: 1 }, handler);
    finish[0]?.();
    await until('the second is begun', () => begun.length === 2);
    finish[1]?.();
    await until('both are acknowledged', () => acked.length === 2);
  });
});

describe('poison', () => {
  it.each([
    ['what is not JSON', '{"half":', '{"half":'],
    ['what is no event', '{"some":"thing"}', { some: 'thing' }],
    ['an empty message', '', ''],
  ])('is %s: set aside, then acknowledged', async (_, body, event) => {
    const { deliver, acked, letters } = aDispatcher();
    const handler = jest.fn<Promise<void>, Parameters<Handler>>();
    deliver(aDelivery({ body }), handler);
    await until('it is acknowledged', () => acked.length > 0);
    expect(letters).toMatchObject([{ channel, event, attempts: 1 }]);
    expect(handler).not.toHaveBeenCalled();
  });

  it('is an event of another channel', async () => {
    const { deliver, acked, letters } = aDispatcher();
    const about = { id: 'session:1', source: 'test', subject: '1' };
    const other = cloudEvent('session:ended', about, {
      userId: '0'.repeat(24),
      sid: null,
      sessionVersion: 1,
    });
    deliver(aDelivery({ body: JSON.stringify(other) }), () => Promise.resolve());
    await until('it is acknowledged', () => acked.length > 0);
    expect(letters[0]?.error).toMatch(/expected expiration:complete/);
  });

  it('is not acknowledged when it could not be kept', async () => {
    const keep = jest.fn(() => Promise.reject(new Error('the database is away')));
    const { deliver, acked, dispatcher } = aDispatcher({ deadLetters: keep });
    deliver(aDelivery({ body: 'x' }), () => Promise.resolve());
    await dispatcher.drain();
    expect(keep).toHaveBeenCalledTimes(1);
    expect(acked).toEqual([]);
  });
});

describe('draining', () => {
  it('waits for what is in a handler and leaves what waits, fails or comes later', async () => {
    const { deliver, acked, dispatcher } = aDispatcher();
    const { handler, begun, finish } = heldHandler();
    const [first, second] = [aDelivery({ subject: 'one' }), aDelivery({ subject: 'one' })];
    deliver(first, handler);
    deliver(second, handler);
    deliver(aDelivery(), fails(new Error('no')));
    await until('the first is begun', () => begun.length === 1);
    const drained = jest.fn();
    const draining = dispatcher.drain().then(drained);
    deliver(aDelivery(), handler);
    await turn();
    expect(drained).not.toHaveBeenCalled();
    finish[0]?.();
    await draining;
    expect(begun).toEqual([first.event.id]);
    expect(acked).toEqual([first.sequence]);
  });
});

it('can crash just before it acknowledges, for the fault tests', async () => {
  const reached: string[] = [];
  const { deliver, acked } = aDispatcher({
    crashPoint: (name) => {
      expect(acked).toEqual([]);
      reached.push(name);
    },
  });
  deliver(aDelivery(), () => Promise.resolve());
  await until('it is acknowledged', () => acked.length > 0);
  expect(reached).toEqual(['before-ack']);
});

const { MongoNetworkError, MongoServerSelectionError, MongoServerError } = mongo;
const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
const retriesUsedUp = Object.assign(new Error('used up'), { name: 'MaxRetriesPerRequestError' });
const wrapped = new Error('not saved', { cause: refused });

it.each([
  ['a lost connection to MongoDB', new MongoNetworkError('x')],
  ['a MongoDB without a primary', new MongoServerSelectionError('x', {} as never)],
  ['a mongoose that waits', new MongooseErrors('`orders.findOne()` buffering timed out after 10000ms')],
  ['a broker that is away', new NotConnectedError('x')],
  ['a broker that does not answer', new UnknownOutcomeError('x')],
  ['a refused connection', refused],
  ['a Redis that is away', retriesUsedUp],
  ['an error caused by one of these', wrapped],
])('%s is no reason to set an event aside', (_, error) => {
  expect(isInfrastructureError(error)).toBe(true);
});

it.each([
  ['a missing document', new Error('no such ticket')],
  ['a bug', new TypeError("Cannot read properties of undefined (reading 'id')")],
  ['a conflict of versions', Object.assign(new Error('x'), { name: 'VersionError' })],
  ['a duplicate key', new MongoServerError({ message: 'E11000 duplicate key error', code: 11000 })],
  ['what is no error', 'a string'],
])('%s is one, in the end', (_, error) => {
  expect(isInfrastructureError(error)).toBe(false);
});
