import { once } from 'node:events';
import { jetstream } from '@nats-io/jetstream';
import { connect as connectToServer } from '@nats-io/transport-node';
import nats from 'node-nats-streaming';
import { pino } from 'pino';
import type { EventsOptions } from '../src/bus/connect-to-events.ts';
import { connectToEvents } from '../src/bus/connect-to-events.ts';
import type { Position, PositionStore } from '../src/bus/position-store.ts';
import type { DeadLetter, EventBus } from '../src/event-bus.ts';
import type { CloudEvent, EventName } from '../src/events.ts';
import { cloudEvent } from '../src/events.ts';
import type { Broker } from './broker.ts';
import { clusterId, until } from './broker.ts';

export type TestBus = EventBus & { deadLetters: DeadLetter[] };

let buses: EventBus[] = [];
let made = 0;

/** A bus with its own client id and group, unless `options` set them. `closeBuses` closes it. */
export async function aBus(options: Partial<EventsOptions> & { url: string }): Promise<TestBus> {
  made += 1;
  const deadLetters: DeadLetter[] = [];
  const bus = await connectToEvents({
    eventBus: 'nats-streaming',
    clusterId,
    clientId: `client-${made}`,
    group: `group-${made}`,
    log: pino({ level: process.env.LOG_LEVEL ?? 'silent' }),
    deadLetters: (deadLetter) => Promise.resolve(void deadLetters.push(deadLetter)),
    ...options,
  });
  buses.push(bus);
  return Object.assign(bus, { deadLetters });
}

export async function closeBuses(): Promise<void> {
  await Promise.all(buses.map((bus) => bus.close()));
  buses = [];
}

/** Positions in memory that a test can set back, like the restore of a backup. */
export function memoryPositions(): PositionStore & { stored: Map<string, Position> } {
  const stored = new Map<string, Position>();
  return {
    stored,
    read: () => Promise.resolve(new Map(stored)),
    write: (changed) => Promise.resolve(changed.forEach((position, name) => stored.set(name, position))),
  };
}

let number = 0;

/** An event of the aggregate `subject`, by default of a new one. */
export function anEvent(subject?: string): CloudEvent<'expiration:complete'> {
  number += 1;
  const id = `expiration:${number}`;
  return cloudEvent(
    'expiration:complete',
    { id, source: 'expiration', subject: subject ?? id },
    { orderId: number.toString(16).padStart(24, '0'), expiresAt: new Date().toISOString() },
  );
}

/** Publishes `count` events over a new bus. Resolves with their ids once all are stored. */
export async function store(broker: Broker, count: number, subject?: string): Promise<string[]> {
  const bus = await aBus({ url: broker.url, eventBus: broker.kind });
  await until('the publisher is up', () => bus.status === 'up');
  const events = Array.from({ length: count }, () => anEvent(subject));
  for (const event of events) await bus.publish(event);
  await bus.close();
  return events.map(({ id }) => id);
}

/** Publishes a text that the bus would reject. */
export async function storeRaw(broker: Broker, channel: EventName, text: string): Promise<void> {
  if (broker.kind === 'jetstream') {
    const nc = await connectToServer({ servers: `127.0.0.1:${broker.port}` });
    const bus = await aBus({ url: broker.url, eventBus: broker.kind });
    await until('the stream exists', () => bus.status === 'up');
    await jetstream(nc).publish(`events.${channel.replace(':', '.')}`, text);
    return nc.close();
  }
  const stan = nats.connect(clusterId, `raw-${(made += 1)}`, { url: broker.url });
  await once(stan, 'connect');
  await new Promise((resolve) => stan.publish(channel, text, resolve));
  stan.close();
  await once(stan, 'close');
}

/** Subscribes, and returns an array to which the ids of arriving events are added. */
export function collect(bus: EventBus): string[] {
  const ids: string[] = [];
  bus.subscribe('expiration:complete', (_, { id }) => Promise.resolve(void ids.push(id)));
  return ids;
}
