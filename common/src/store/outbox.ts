import { setTimeout as wait } from 'node:timers/promises';
import type { Model, mongo } from 'mongoose';
import type { Logger } from 'pino';
import { Gauge } from 'prom-client';
import { KeyedQueue } from '../bus/keyed-queue.ts';
import type { Crash } from '../crash.ts';
import type { EventBus } from '../event-bus.ts';
import type { CloudEvent, EventData, EventName } from '../events.ts';
import { cloudEvent } from '../events.ts';
import { every } from '../every.ts';
import type { Aggregate, DomainEvent, OutboxEntry } from './aggregate.ts';
import { outboxEntry } from './aggregate.ts';
import { createBatcher } from './batch.ts';
import { logChange } from './log-change.ts';
import type { AnyModel } from './mongo.ts';
import { collectionAs } from './mongo.ts';

const SWEEP_MS = 1_000;
const OVERDUE_MS = 2_000;
/** Far below OVERDUE_MS: an event that is published but not yet removed must not count as overdue. */
const DRAIN_MS = 250;
const CLOSE_CHECK_MS = 10;
const CLOSE_MS = 5_000;
const MAX_IN_FLIGHT = 10_000;
const SWEEP_LIMIT = 500;
const MAX_WAITING = 10_000;

const inFlightGauge = new Gauge({
  name: 'ticketing_outbox_in_flight',
  help: 'Committed events that this process is publishing or removing from their outbox',
});
const waitingGauge = new Gauge({
  name: 'ticketing_outbox_waiting',
  help: 'Aggregates whose events have waited for the broker for more than 2 s, counted up to MAX_WAITING_EVENTS',
  labelNames: ['kind'],
});
/** When the event was committed that has waited longest, by kind; missing while none waits. */
const oldestAt = new Map<string, number>();
const oldestGauge = new Gauge({
  name: 'ticketing_outbox_oldest_seconds',
  help: 'For how long the oldest event has waited for the broker; 0 while none has waited for more than 2 s',
  labelNames: ['kind'],
  // At each scrape, so that the age also grows while the database does not answer.
  collect() {
    for (const [kind, at] of oldestAt) this.set({ kind }, Math.max(0, Date.now() - at) / 1_000);
  },
});

/**
 * Publishes committed events (transactional outbox). An event waits in its aggregate's `outbox` until the broker has
 * stored it: it is published right after the commit (`flush`), or by a periodic sweep after a crash or an outage.
 */
export interface Outbox {
  /**
   * Logs the change of a document that was just written, and publishes its events. Returns at once; the sweep publishes what
   * fails here.
   */
  flush(document: Pending): void;
  /** Publishes a state again under its own event id, because the expected reaction has not arrived. */
  republish(state: { _id: string; version: number }, event: DomainEvent): void;
  /**
   * Whether so many aggregates wait for the broker that the service should refuse further changes. Counted about once a
   * second in the database, so it is the same for all replicas.
   */
  isFull(): boolean;
  /** Stops sweeping and waits for the events in flight, at most 5 s. */
  close(): Promise<void>;
}

type Pending = { _id: string; outbox: OutboxEntry[] };

type Published = { _id: string; id: string };

type OutboxOptions = {
  model: AnyModel;
  kind: string;
  source: string;
  bus: Pick<EventBus, 'status' | 'publish'>;
  log: Logger;
  crash: Crash;
  /** How many aggregates may wait for the broker before `isFull`; 10,000 by default. */
  maxWaiting?: number;
};

/**
 * Creates the outbox of one model and starts its sweep. `kind` is the aggregate's name in event ids, `source` is the
 * service's name in event envelopes. The model needs a sparse index on `outbox.t`.
 */
export function createOutbox<T extends Aggregate>(options: OutboxOptions & { model: Model<T> }): Outbox {
  const outbox = new ModelOutbox(options);
  // Not the instance: callers wrap an outbox by spreading it, which copies own properties only.
  return {
    flush: (document) => outbox.flush(document),
    republish: (state, event) => outbox.republish(state, event),
    isFull: () => outbox.isFull,
    close: () => outbox.close(),
  };
}

class ModelOutbox {
  isFull = false;
  private readonly options: OutboxOptions;
  private readonly inFlight = new Set<string>();
  /** Publishes the events of one aggregate in order, those of different aggregates concurrently. */
  private readonly queue = new KeyedQueue();
  private readonly remove = createBatcher(
    (published: Published[]) => this.removeAll(published),
    () => wait(DRAIN_MS),
  );
  private readonly sweeper: { close(): Promise<void> };
  private readonly maxWaiting: number;
  private closed = false;

  constructor(options: OutboxOptions) {
    this.options = options;
    this.maxWaiting = options.maxWaiting ?? MAX_WAITING;
    waitingGauge.set({ kind: options.kind }, 0);
    oldestGauge.set({ kind: options.kind }, 0);
    this.sweeper = every(SWEEP_MS, () => this.sweep(), { name: 'sweep the outbox', log: options.log });
  }

  flush(document: Pending): void {
    const { crash, kind, log } = this.options;
    for (const entry of document.outbox) logChange(log, kind, document._id, entry);
    crash('after-commit');
    if (!this.closed) this.enqueue(document);
  }

  republish(state: { _id: string; version: number }, event: DomainEvent): void {
    const { bus, kind, log } = this.options;
    bus.publish(this.envelope(state._id, outboxEntry(kind, state, event))).catch((error: unknown) => {
      log.debug({ err: error, id: state._id }, 'event not republished');
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.sweeper.close();
    this.setOldest(undefined);
    const deadline = Date.now() + CLOSE_MS;
    while (this.inFlight.size > 0 && Date.now() < deadline) await wait(CLOSE_CHECK_MS);
  }

  private enqueue({ _id, outbox }: Pending): void {
    for (const entry of outbox) {
      if (this.inFlight.has(entry.id) || this.inFlight.size >= MAX_IN_FLIGHT) continue;
      this.inFlight.add(entry.id);
      void this.queue.run(_id, () => this.publish(_id, entry));
    }
    inFlightGauge.set(this.inFlight.size);
  }

  private async publish(_id: string, entry: OutboxEntry): Promise<void> {
    const { bus, crash, log } = this.options;
    try {
      await bus.publish(this.envelope(_id, entry));
      crash('after-publish');
      void this.remove({ _id, id: entry.id });
    } catch (error) {
      this.release(entry.id);
      log.debug({ err: error, event: entry.id }, 'event not published, will be retried');
    }
  }

  /** Removes published events from the outboxes of their documents. An event that stays there is published again. */
  private async removeAll(published: Published[]): Promise<undefined[]> {
    const { model, log } = this.options;
    const pulls = published.map(({ _id, id }) => ({
      updateOne: { filter: { _id }, update: { $pull: { outbox: { id } } } },
    }));
    try {
      await collectionAs<Aggregate>(model).bulkWrite(pulls, { ordered: false, writeConcern: { w: 1 } });
    } catch (error) {
      log.warn({ err: error, count: pulls.length }, 'published events not removed, will be republished');
    }
    for (const { id } of published) this.release(id);
    return published.map(() => undefined);
  }

  /** Publishes events that were committed a while ago, in the order of their versions, and counts the aggregates. */
  private async sweep(): Promise<void> {
    const { bus, model } = this.options;
    const isOverdue = { 'outbox.t': { $lt: new Date(Date.now() - OVERDUE_MS) } };
    const isUp = bus.status === 'up';
    const limit = isUp ? SWEEP_LIMIT : 1; // the oldest event, for its age
    const overdue = await collectionAs<Aggregate>(model)
      .find(isOverdue)
      .project<Pending>({ outbox: 1 })
      .sort({ 'outbox.t': 1 })
      .limit(limit)
      .toArray();
    const isAll = overdue.length < limit;
    if (isUp)
      for (const { _id, outbox } of overdue) this.enqueue({ _id, outbox: outbox.sort((a, b) => a.v - b.v) });
    const waiting = isAll ? overdue.length : await this.countWaiting(isOverdue);
    // Together, so that no scrape reads an age of one sweep beside a count of another.
    this.setOldest(overdue[0]);
    this.setWaiting(waiting);
  }

  private countWaiting(isOverdue: mongo.Filter<Aggregate>): Promise<number> {
    const { model } = this.options;
    return collectionAs<Aggregate>(model).countDocuments(isOverdue, { limit: this.maxWaiting });
  }

  private setOldest(first: Pending | undefined): void {
    const { kind } = this.options;
    if (first) return void oldestAt.set(kind, Math.min(...first.outbox.map(({ t }) => t.getTime())));
    oldestAt.delete(kind);
    oldestGauge.set({ kind }, 0);
  }

  private setWaiting(found: number): void {
    const { kind, log } = this.options;
    const count = Math.min(found, this.maxWaiting);
    const wasFull = this.isFull;
    this.isFull = count >= this.maxWaiting;
    waitingGauge.set({ kind }, count);
    if (this.isFull && !wasFull) log.error({ count }, 'outbox is full, changes are refused');
    if (wasFull && !this.isFull) log.info({ count }, 'outbox is no longer full, changes are accepted');
  }

  private release(id: string): void {
    this.inFlight.delete(id);
    inFlightGauge.set(this.inFlight.size);
  }

  private envelope(subject: string, { id, s, d, t, p }: OutboxEntry): CloudEvent {
    const { source } = this.options;
    return cloudEvent(s, { id, source, subject, time: t, traceparent: p }, d as EventData<EventName>);
  }
}
