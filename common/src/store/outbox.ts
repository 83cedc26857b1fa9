import { setTimeout as wait } from 'node:timers/promises';
import type { Model } from 'mongoose';
import type { Logger } from 'pino';
import { Gauge } from 'prom-client';
import { outboxEntry } from './aggregate.ts';
import type { Aggregate, DomainEvent, OutboxEntry } from './aggregate.ts';
import { createBatcher } from './batch.ts';
import type { Crash } from '../crash.ts';
import type { EventBus } from '../event-bus.ts';
import { every } from '../every.ts';
import { KeyedQueue } from '../bus/keyed-queue.ts';
import { cloudEvent } from '../events.ts';
import type { CloudEvent, EventData, EventName } from '../events.ts';

const SWEEP_MS = 1_000;
const LEFT_BEHIND_MS = 2_000;
const DRAIN_MS = 10;
const MAX_IN_HAND = 10_000;

const inHandGauge = new Gauge({
  name: 'ticketing_outbox_in_hand',
  help: 'Events of this process that are committed and not yet drained',
});

/**
 * Tells the world what is already durable. Events wait in their aggregate's `outbox` until the broker has them:
 * published right after the commit (`flush`), and by a sweeper when a crash or an outage left them behind.
 */
export interface Outbox {
  /** Publishes the events of a document that was just written. Returns at once; nothing is lost if it fails. */
  flush(doc: { _id: string; outbox: OutboxEntry[] }): void;
  /** Publishes a state again under its own event id, because its answer is overdue. */
  republish(state: { _id: string; version: number }, said: DomainEvent): void;
  /** Stops sweeping and waits for what is in hand, at most 5 s. */
  close(): Promise<void>;
}

/** `kind` names the aggregate in event ids, `source` the service in envelopes. */
export function createOutbox<T extends Aggregate>(options: {
  model: Model<T>;
  kind: string;
  source: string;
  bus: EventBus;
  log: Logger;
  crash: Crash;
}): Outbox {
  const { model, kind, source, bus, log, crash } = options;
  const inHand = new Set<string>();
  /** Keeps the events of one aggregate in order; those of different aggregates go out side by side. */
  const queue = new KeyedQueue();
  let closed = false;

  function envelope(subject: string, entry: OutboxEntry): CloudEvent {
    return cloudEvent(
      entry.s,
      { id: entry.id, source, subject, time: entry.t },
      entry.d as EventData<EventName>,
    );
  }

  async function relay(_id: string, entry: OutboxEntry) {
    try {
      await bus.publish(envelope(_id, entry));
      crash('after-publish');
      void drain({ _id, id: entry.id });
    } catch (error) {
      release(entry.id);
      log.debug({ err: error, event: entry.id }, 'event not published, the sweeper will');
    }
  }

  function release(id: string) {
    inHand.delete(id);
    inHandGauge.set(inHand.size);
  }

  const drain = createBatcher(
    async (published: { _id: string; id: string }[]) => {
      const pulls = published.map(({ _id, id }) => ({
        updateOne: { filter: { _id }, update: { $pull: { outbox: { id } } } },
      }));
      try {
        await model.collection.bulkWrite(pulls as never, { ordered: false, writeConcern: { w: 1 } });
      } catch (error) {
        log.warn({ err: error }, 'published events stay in their outboxes, they will be published again');
      }
      for (const { id } of published) release(id);
      return published.map(() => undefined);
    },
    () => wait(DRAIN_MS),
  );

  function enqueue(doc: { _id: string; outbox: OutboxEntry[] }) {
    for (const entry of doc.outbox) {
      if (inHand.has(entry.id) || inHand.size >= MAX_IN_HAND) continue;
      inHand.add(entry.id);
      void queue.run(doc._id, () => relay(doc._id, entry));
    }
    inHandGauge.set(inHand.size);
  }

  async function sweep() {
    if (bus.status !== 'up') return;
    const leftBehind = await model.collection
      .find({ 'outbox.t': { $lt: new Date(Date.now() - LEFT_BEHIND_MS) } })
      .project<{ _id: string; outbox: OutboxEntry[] }>({ outbox: 1 })
      .sort({ 'outbox.t': 1 })
      .limit(500)
      .toArray();
    for (const doc of leftBehind) enqueue({ _id: doc._id, outbox: doc.outbox.sort((a, b) => a.v - b.v) });
  }

  const sweeper = every(SWEEP_MS, sweep, { name: 'sweep the outbox', log });

  return {
    flush(doc) {
      crash('after-commit');
      if (!closed) enqueue(doc);
    },
    republish(state, said) {
      bus.publish(envelope(state._id, outboxEntry(kind, state, said))).catch((error: unknown) => {
        log.debug({ err: error, id: state._id }, 'event not published again');
      });
    },
    async close() {
      closed = true;
      await sweeper.close();
      const deadline = Date.now() + 5_000;
      while (inHand.size > 0 && Date.now() < deadline) await wait(DRAIN_MS);
    },
  };
}

/**
 * Publishes the present state of every document (or of those that `filter` selects) again with `replay`, in answer
 * to `resync:requested`. The broker's acknowledgements pace it.
 * @returns how many were published.
 */
export async function resync<T extends Aggregate>(
  options: {
    model: Model<T>;
    kind: string;
    source: string;
    bus: EventBus;
    toEvent: (state: T) => DomainEvent;
  },
  filter: Record<string, unknown> = {},
): Promise<number> {
  const { model, kind, source, bus, toEvent } = options;
  let count = 0;
  for await (const doc of model.collection.find(filter as never, { projection: { outbox: 0 } })) {
    const state = doc as unknown as T;
    const said = toEvent(state);
    await bus.publish(
      cloudEvent(
        said.name,
        { id: `${kind}:${state._id}:${state.version}`, source, subject: state._id, replay: true },
        said.data as EventData<EventName>,
      ),
    );
    count++;
  }
  return count;
}
