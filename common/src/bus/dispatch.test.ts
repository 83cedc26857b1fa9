import { setImmediate as turn } from 'node:timers/promises';
import { Error as MongooseErrors, mongo } from 'mongoose';
import { pino } from 'pino';
import { until } from '../../test/broker.ts';
import type { DeadLetter, EventHandler } from '../event-bus.ts';
import { NotConnectedError, UnknownOutcomeError } from '../event-bus.ts';
import { cloudEvent } from '../events.ts';
import { recordingLog } from '../testing.ts';
import type { Delivery, DispatchOptions } from './dispatch.ts';
import { deliverToObserver, Dispatcher } from './dispatch.ts';
import { isInfrastructureError } from './infrastructure-error.ts';

const channel = 'expiration:complete';
type Handler = EventHandler<typeof channel>;

/** A dispatcher, with the sequence numbers that it acknowledged and its dead deadLetters. */
function aDispatcher(options: Partial<DispatchOptions> = {}) {
  const deadLetters: DeadLetter[] = [];
  const acked: number[] = [];
  const dispatcher = new Dispatcher({
    ackWaitMs: 1_000,
    deadLetters: (deadLetter) => Promise.resolve(void deadLetters.push(deadLetter)),
    log: pino({ level: 'silent' }),
    ...options,
  });
  const deliver = (delivery: Omit<Delivery, 'ack'>, handler: Handler) =>
    dispatcher.deliver(channel, { ...delivery, ack: () => void acked.push(delivery.sequence) }, handler);
  return { dispatcher, deliver, deadLetters, acked };
}

let sequence = 0;

function aDelivery(options: { subject?: string; body?: string; redeliveries?: number } = {}) {
  sequence += 1;
  const event = cloudEvent(
    channel,
    { id: `expiration:${sequence}`, source: 'expiration', subject: options.subject ?? String(sequence) },
    { orderId: sequence.toString(16).padStart(24, '0'), expiresAt: '2030-01-01T00:00:00.000Z' },
  );
  const body = Buffer.from(options.body ?? JSON.stringify(event));
  const storedAt = Date.now();
  return { event, channel, sequence, body, storedAt, redeliveries: options.redeliveries ?? 0 } as const;
}

/** A handler whose runs end when the test calls `finish`. */
function pausedHandler() {
  const started: string[] = [];
  const finish: (() => void)[] = [];
  const handler: Handler = (_, { id }) => {
    started.push(id);
    return new Promise((resolve) => finish.push(resolve));
  };
  return { handler, started, finish };
}

const fails =
  (error: Error): Handler =>
  () =>
    Promise.reject(error);

describe('Dispatcher.deliver', () => {
  it('runs the handler with the data and the envelope, and acknowledges the event afterwards', async () => {
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

  it('handles events of one aggregate one after the other, and those of others concurrently', async () => {
    const { deliver } = aDispatcher();
    const { handler, started, finish } = pausedHandler();
    const [first, second] = [aDelivery({ subject: 'one' }), aDelivery({ subject: 'one' })];
    const other = aDelivery({ subject: 'other' });
    for (const delivery of [first, second, other]) deliver(delivery, handler);
    await until('two handlers have started', () => started.length === 2);
    await turn();
    expect(started).toEqual([first.event.id, other.event.id]);
    finish[0]?.();
    await until('the second handler has started', () => started.length === 3);
    finish[1]?.();
    finish[2]?.();
  });

  it('does not handle a redelivery while the event is in flight, and acknowledges the newest delivery', async () => {
    const { deliver, dispatcher } = aDispatcher();
    const { handler, started, finish } = pausedHandler();
    const delivery = aDelivery();
    const acks: string[] = [];
    dispatcher.deliver(channel, { ...delivery, ack: () => void acks.push('first') }, handler);
    await until('the handler has started', () => started.length === 1);
    dispatcher.deliver(
      channel,
      { ...delivery, redeliveries: 1, ack: () => void acks.push('again') },
      handler,
    );
    finish[0]?.();
    await until('it is acknowledged', () => acks.length > 0);
    expect(acks).toEqual(['again']);
    expect(started).toHaveLength(1);
    deliver({ ...delivery, redeliveries: 2 }, handler);
    await until('the later delivery is handled', () => started.length === 2);
    finish[1]?.();
  });

  it('ignores another event with the same sequence number until the first one is handled', async () => {
    const { deliver, acked } = aDispatcher();
    const { handler, started, finish } = pausedHandler();
    const old = aDelivery();
    const fresh = { ...aDelivery(), sequence: old.sequence };
    deliver(old, handler);
    await until('the old event is being handled', () => started.length === 1);
    deliver(fresh, handler);
    finish[0]?.();
    await until('the old event is acknowledged', () => acked.length === 1);
    await turn();
    expect(started).toEqual([old.event.id]);
    deliver(fresh, handler);
    await until('the new event is being handled', () => started.length === 2);
    finish[1]?.();
  });
});

describe('a failing handler', () => {
  it('is retried until it succeeds', async () => {
    const { deliver, acked, deadLetters } = aDispatcher();
    let attempts = 0;
    deliver(aDelivery(), () => {
      attempts += 1;
      if (attempts === 1) throw new Error('thrown');
      return attempts < 4 ? Promise.reject(new Error('rejected')) : Promise.resolve();
    });
    await until('it is acknowledged', () => acked.length > 0);
    expect(attempts).toBe(4);
    expect(deadLetters).toEqual([]);
  });

  it('leaves its event unacknowledged when the acknowledgement is almost overdue', async () => {
    const { deliver, acked, deadLetters, dispatcher } = aDispatcher({ ackWaitMs: 500 });
    const delivery = aDelivery();
    let attempts = 0;
    const handler: Handler = () => {
      attempts += 1;
      return Promise.reject(new Error('no'));
    };
    deliver(delivery, handler);
    const end = Date.now() + 900;
    await until('the deadline has passed', () => Date.now() > end);
    const before = attempts;
    expect(before).toBeGreaterThan(1);
    expect(acked).toEqual([]);
    expect(deadLetters).toEqual([]);
    // Redeliver like the broker: the first redelivery may come while the handler's last backoff is still running.
    let redeliveries = 0;
    const broker = setInterval(() => deliver({ ...delivery, redeliveries: ++redeliveries }, handler), 500);
    await until('the handler is retried', () => attempts > before).finally(() => clearInterval(broker));
    await dispatcher.drain();
  });

  it('does not delay the events of other aggregates', async () => {
    const { deliver, acked, dispatcher } = aDispatcher();
    deliver(aDelivery(), fails(new Error('no')));
    const good = aDelivery();
    deliver(good, () => Promise.resolve());
    await until('the other event is acknowledged', () => acked.length > 0);
    expect(acked).toEqual([good.sequence]);
    await dispatcher.drain();
  });

  it('has its event dead-lettered after ten redeliveries', async () => {
    const { deliver, acked, deadLetters } = aDispatcher();
    const delivery = aDelivery({ redeliveries: 10 });
    deliver(delivery, fails(new TypeError('still no')));
    await until('it is acknowledged', () => acked.length > 0);
    const id = `${channel}:${delivery.sequence}`;
    expect(deadLetters).toEqual([
      { id, channel, event: delivery.event, error: 'TypeError: still no', attempts: 11 },
    ]);
  });

  it('never has its event dead-lettered while a store is unavailable', async () => {
    const { deliver, acked, deadLetters, dispatcher } = aDispatcher({ ackWaitMs: 300 });
    let attempts = 0;
    deliver(aDelivery({ redeliveries: 99 }), () => {
      attempts += 1;
      return Promise.reject(new mongo.MongoNetworkError('connection closed'));
    });
    await until('the handler has run', () => attempts > 0);
    await dispatcher.drain();
    expect(deadLetters).toEqual([]);
    expect(acked).toEqual([]);
  });
});

describe('an event that waited too long in the queue', () => {
  it('is not handled, because the broker is about to redeliver it', async () => {
    const { deliver, acked } = aDispatcher({ ackWaitMs: 200 });
    const { handler, started, finish } = pausedHandler();
    const [first, second] = [aDelivery({ subject: 'one' }), aDelivery({ subject: 'one' })];
    deliver(first, handler);
    deliver(second, handler);
    const end = Date.now() + 200;
    await until('the deadline has passed', () => Date.now() > end);
    finish[0]?.();
    await until('the first is acknowledged', () => acked.length > 0);
    await turn();
    expect(started).toEqual([first.event.id]);
    deliver({ ...second, redeliveries: 1 }, handler);
    await until('the second handler has started', () => started.length === 2);
    finish[1]?.();
  });

  it('is handled when it was redelivered in the meantime', async () => {
    const { deliver, acked } = aDispatcher({ ackWaitMs: 200 });
    const { handler, started, finish } = pausedHandler();
    const [first, second] = [aDelivery({ subject: 'one' }), aDelivery({ subject: 'one' })];
    deliver(first, handler);
    deliver(second, handler);
    const end = Date.now() + 200;
    await until('the deadline has passed', () => Date.now() > end);
    deliver({ ...second, redeliveries: 1 }, handler);
    finish[0]?.();
    await until('the second handler has started', () => started.length === 2);
    finish[1]?.();
    await until('both are acknowledged', () => acked.length === 2);
  });
});

describe('an event of a later version', () => {
  const later = { ...aDelivery().event, type: 'expiration:extended' };
  const aLaterDelivery = (redeliveries = 0) => aDelivery({ body: JSON.stringify(later), redeliveries });

  it('is handled without the fields that this version does not know', async () => {
    const { deliver, acked, deadLetters } = aDispatcher();
    const { event } = aDelivery();
    const seen: unknown[] = [];
    const body = JSON.stringify({ ...event, data: { ...event.data, grace: { seconds: 30 } } });
    deliver(aDelivery({ body }), (data) => Promise.resolve(void seen.push(data)));
    await until('it is acknowledged', () => acked.length > 0);
    expect(seen).toEqual([event.data]);
    expect(deadLetters).toEqual([]);
  });

  it('stays unacknowledged without running the handler when it has a value that this version does not know', async () => {
    const { deliver, dispatcher, acked, deadLetters } = aDispatcher();
    const handler = jest.fn<Promise<void>, Parameters<Handler>>();
    const delivery = aLaterDelivery();
    for (const redeliveries of [0, 1, 10, 89]) {
      deliver({ ...delivery, redeliveries }, handler);
      await turn();
    }
    await dispatcher.drain();
    expect([acked, deadLetters]).toEqual([[], []]);
    expect(handler).not.toHaveBeenCalled();
  });

  it('is dead-lettered after 90 redeliveries', async () => {
    const { deliver, acked, deadLetters } = aDispatcher();
    deliver(aLaterDelivery(90), () => Promise.resolve());
    await until('it is acknowledged', () => acked.length > 0);
    expect(deadLetters).toMatchObject([{ event: later, attempts: 91 }]);
    expect(deadLetters[0]?.error).toMatch(/^UnknownValueError: .*expiration:extended/);
  });

  it('does not stop the channel: with 32 such events waiting, the next one is dead-lettered', async () => {
    const { deliver, acked, deadLetters } = aDispatcher();
    for (let i = 0; i < 33; i++) deliver(aLaterDelivery(), () => Promise.resolve());
    await until('one is acknowledged', () => acked.length > 0);
    expect(deadLetters).toHaveLength(1);
    const good = aDelivery();
    deliver(good, () => Promise.resolve());
    await until('the next one is handled', () => acked.includes(good.sequence));
  });
});

describe('an invalid event', () => {
  it.each([
    ['malformed JSON', '{"half":', '{"half":'],
    ['JSON that is not an event', '{"some":"thing"}', { some: 'thing' }],
    ['an empty message', '', ''],
  ])('(%s) is dead-lettered and acknowledged without running the handler', async (_, body, event) => {
    const { deliver, acked, deadLetters } = aDispatcher();
    const handler = jest.fn<Promise<void>, Parameters<Handler>>();
    deliver(aDelivery({ body }), handler);
    await until('it is acknowledged', () => acked.length > 0);
    expect(deadLetters).toMatchObject([{ channel, event, attempts: 1 }]);
    expect(handler).not.toHaveBeenCalled();
  });

  it('is dead-lettered when it belongs to another channel', async () => {
    const { deliver, acked, deadLetters } = aDispatcher();
    const about = { id: 'session:1', source: 'auth', subject: '1' };
    const other = cloudEvent('session:ended', about, {
      userId: '0'.repeat(24),
      sid: null,
      sessionVersion: 1,
    });
    deliver(aDelivery({ body: JSON.stringify(other) }), () => Promise.resolve());
    await until('it is acknowledged', () => acked.length > 0);
    expect(deadLetters[0]?.error).toMatch(/expected expiration:complete/);
  });

  it('is dead-lettered with the reason when its source does not own its type', async () => {
    const { log, security } = recordingLog();
    const { deliver, acked, deadLetters } = aDispatcher({ log });
    const handler = jest.fn<Promise<void>, Parameters<Handler>>();
    const forged = { ...aDelivery().event, source: 'tickets' };
    deliver(aDelivery({ body: JSON.stringify(forged) }), handler);
    await until('it is acknowledged', () => acked.length > 0);
    expect(deadLetters[0]?.error).toBe(
      'InvalidEventError: expiration:complete is published by expiration, not by tickets',
    );
    expect(security()).toMatchObject([
      { event: 'forged_event', channel, sequence: acked[0], type: channel, source: 'tickets' },
    ]);
    expect(handler).not.toHaveBeenCalled();
  });

  it('is not passed to an observer, and is logged once, when its source does not own its type', () => {
    const { log, lines, security } = recordingLog();
    const observer = jest.fn();
    const body = Buffer.from(JSON.stringify({ ...aDelivery().event, source: 'tickets' }));

    deliverToObserver(channel, { sequence: 7, body }, observer, log);

    expect(observer).not.toHaveBeenCalled();
    expect(security('forged_event')).toMatchObject([{ channel, sequence: 7, source: 'tickets' }]);
    expect(lines).toHaveLength(1);
  });

  it('stays unacknowledged when its dead letter cannot be stored', async () => {
    const keep = jest.fn(() => Promise.reject(new Error('the database is unavailable')));
    const { deliver, acked, dispatcher } = aDispatcher({ deadLetters: keep });
    deliver(aDelivery({ body: 'x' }), () => Promise.resolve());
    await dispatcher.drain();
    expect(keep).toHaveBeenCalledTimes(1);
    expect(acked).toEqual([]);
  });
});

describe('Dispatcher.drain', () => {
  it('waits for running handlers, and leaves queued, failing and later events unacknowledged', async () => {
    const { deliver, acked, dispatcher } = aDispatcher();
    const { handler, started, finish } = pausedHandler();
    const [first, second] = [aDelivery({ subject: 'one' }), aDelivery({ subject: 'one' })];
    deliver(first, handler);
    deliver(second, handler);
    deliver(aDelivery(), fails(new Error('no')));
    await until('the first handler has started', () => started.length === 1);
    const drained = jest.fn();
    const draining = dispatcher.drain().then(drained);
    deliver(aDelivery(), handler);
    await turn();
    expect(drained).not.toHaveBeenCalled();
    finish[0]?.();
    await draining;
    expect(started).toEqual([first.event.id]);
    expect(acked).toEqual([first.sequence]);
  });
});

it('reaches the crash point before-ack before it acknowledges', async () => {
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
  [
    'a Mongoose buffering time-out',
    new MongooseErrors('`orders.findOne()` buffering timed out after 10000ms'),
  ],
  ['an unavailable broker', new NotConnectedError('x')],
  ['an unknown publish outcome', new UnknownOutcomeError('x')],
  ['a refused connection', refused],
  ['an unavailable Redis', retriesUsedUp],
  ['an error caused by one of these', wrapped],
])('isInfrastructureError is true for %s', (_, error) => {
  expect(isInfrastructureError(error)).toBe(true);
});

it.each([
  ['a missing document', new Error('no such ticket')],
  ['a bug', new TypeError("Cannot read properties of undefined (reading 'id')")],
  ['a version conflict', Object.assign(new Error('x'), { name: 'VersionError' })],
  ['a duplicate key', new MongoServerError({ message: 'E11000 duplicate key error', code: 11000 })],
  ['a value that is not an Error', 'a string'],
])('isInfrastructureError is false for %s', (_, error) => {
  expect(isInfrastructureError(error)).toBe(false);
});
