import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Counter, Gauge } from 'prom-client';
import type { EventReader } from '../check-event.ts';
import { InvalidEventError, readEvent, UnknownValueError } from '../check-event.ts';
import type { DeadLetterStore, EventHandler, EventObserver } from '../event-bus.ts';
import type { CloudEvent, EventName } from '../events.ts';
import { logForgedEvent } from '../security-log.ts';
import { fullJitter } from './backoff.ts';
import type { Freshness } from './freshness.ts';
import { isInfrastructureError } from './infrastructure-error.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { Postponed } from './postponed.ts';
import { inHandlerSpan } from './spans.ts';

/** One message from the broker, in the same shape for every broker. */
export type Delivery = {
  channel: EventName;
  /** The sequence number in the channel; a redelivery has the same number. */
  sequence: number;
  body: Buffer;
  /** When the broker stored it, in milliseconds since 1970. */
  storedAt: number;
  /** How many times the message was delivered before. */
  redeliveries: number;
  ack: () => void;
};

export type DispatchOptions = {
  /** The broker redelivers a message that is not acknowledged within this time. */
  ackWaitMs: number;
  deadLetters: DeadLetterStore;
  log: Logger;
  freshness?: Freshness | undefined;
  /** `readEvent` by default; tests pass that of another version. */
  read?: EventReader | undefined;
  crashPoint?: ((name: 'before-ack') => void) | undefined;
};

const outcomes = ['handled', 'dead-lettered', 'postponed', 'unacknowledged'] as const;
type Outcome = (typeof outcomes)[number];
type Work = { delivery: Delivery; deadline: number };

const CONCURRENCY = 128;
const MAX_REDELIVERIES = 10;
/** An event of a later version becomes a dead letter after so many redeliveries: about 15 minutes after its publish. */
const MAX_POSTPONEMENTS = 90;
const RETRY = { baseMs: 50, capMs: 2_000 };

const handled = new Counter({
  name: 'ticketing_bus_handled_total',
  help: 'Deliveries by outcome; the broker redelivers unacknowledged ones',
  labelNames: ['channel', 'outcome'],
});
const redeliveries = new Counter({
  name: 'ticketing_bus_redeliveries_total',
  help: 'Deliveries of an event that was delivered before',
  labelNames: ['channel'],
});
const deadLettered = new Counter({
  name: 'ticketing_bus_dead_letters_total',
  help: 'Events stored as dead letters',
  labelNames: ['channel'],
});
const inFlightGauge = new Gauge({
  name: 'ticketing_bus_in_flight',
  help: 'Events that are queued for a handler or being handled',
});

/**
 * Processes each delivered message: parse, validate, queue by aggregate, run the handler, acknowledge. An invalid event
 * becomes a dead letter at once. One with a value that only a later version knows stays unacknowledged, so that the broker
 * redelivers it, possibly to a replica of that version; it becomes a dead letter after 90 redeliveries. A handler that
 * fails is retried with backoff until shortly before the broker would redeliver; then the event stays unacknowledged, so
 * that the broker redelivers it, possibly to another replica.
 */
export class Dispatcher {
  private readonly options: DispatchOptions;
  private readonly queue = new KeyedQueue(CONCURRENCY);
  private readonly inFlight = new Map<string, Work>();
  private readonly running = new Set<Promise<void>>();
  private readonly postponed: Postponed;
  private readonly read: EventReader;
  private stopped = false;

  constructor(options: DispatchOptions) {
    this.options = options;
    this.read = options.read ?? readEvent;
    this.postponed = new Postponed(3 * options.ackWaitMs);
  }

  /** Has the counters of a channel exist with 0, so that an alert sees the first dead letter. */
  startCounting(channel: EventName): void {
    for (const outcome of outcomes) handled.inc({ channel, outcome }, 0);
    redeliveries.inc({ channel }, 0);
    deadLettered.inc({ channel }, 0);
  }

  /** Never throws and never rejects. */
  deliver<N extends EventName>(name: N, delivery: Delivery, handler: EventHandler<N>): void {
    if (this.stopped) return;
    if (delivery.redeliveries > 0) redeliveries.inc({ channel: name });
    const id = `${delivery.channel}:${delivery.sequence}`;
    this.options.freshness?.received(id, delivery.storedAt, Date.now());
    const deadline = Date.now() + 0.8 * this.options.ackWaitMs;
    const same = this.inFlight.get(id);
    if (same) {
      // Only the newest delivery can still be acknowledged. After a reset of the broker's store, the same number may
      // belong to another event: ignore that one until its next delivery.
      if (same.delivery.body.equals(delivery.body)) Object.assign(same, { delivery, deadline });
      return;
    }
    const work = { delivery, deadline };
    this.inFlight.set(id, work);
    inFlightGauge.inc();
    const done = this.process(name, work, handler).then((outcome) => {
      this.inFlight.delete(id);
      this.options.freshness?.finished(id, Date.now());
      inFlightGauge.dec();
      handled.inc({ channel: name, outcome });
      this.running.delete(done);
    });
    this.running.add(done);
  }

  /** Handles an event outside of a delivery, once. Rejects with what the handler throws, or InvalidEventError. */
  async run<N extends EventName>(name: N, received: CloudEvent, handler: EventHandler<N>): Promise<void> {
    const event = this.read(received, name) as CloudEvent<N>;
    await this.queue.run(event.subject, () =>
      inHandlerSpan(event, async () => {
        await handler(event.data, event);
        return 'handled';
      }),
    );
  }

  /** Starts no further handler and resolves when the running ones have ended and are acknowledged. */
  async drain(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.running);
  }

  private async process<N extends EventName>(
    name: N,
    work: Work,
    handler: EventHandler<N>,
  ): Promise<Outcome> {
    let event: CloudEvent<N>;
    try {
      event = this.read(JSON.parse(work.delivery.body.toString()), name) as CloudEvent<N>;
    } catch (error) {
      return error instanceof UnknownValueError ? this.postpone(work, error) : this.deadLetter(work, error);
    }
    return this.queue.run(event.subject, () =>
      inHandlerSpan(event, () => this.handle(work, () => handler(event.data, event))),
    );
  }

  private postpone(work: Work, error: UnknownValueError): Outcome | Promise<Outcome> {
    const { channel, sequence, redeliveries } = work.delivery;
    const mayWait = redeliveries < MAX_POSTPONEMENTS && this.postponed.admit(channel, sequence, Date.now());
    if (!mayWait) return this.deadLetter(work, error);
    if (redeliveries === 0)
      this.options.log.warn({ ...logFields(work), err: error }, 'event of a later version, postponed');
    return 'postponed';
  }

  private async handle(work: Work, runHandler: () => Promise<void>): Promise<Outcome> {
    for (let failures = 0; !this.stopped && Date.now() < work.deadline; failures += 1) {
      try {
        await runHandler();
        return this.acknowledge(work, 'handled');
      } catch (error) {
        if (isPermanentFailure(error, work.delivery.redeliveries)) return this.deadLetter(work, error);
        if (failures === 0) this.options.log.warn({ ...logFields(work), err: error }, 'event handler failed');
        await delay(fullJitter(failures, RETRY));
      }
    }
    return 'unacknowledged';
  }

  private async deadLetter(work: Work, error: unknown): Promise<Outcome> {
    const { channel, sequence, body } = work.delivery;
    try {
      await this.options.deadLetters({
        id: `${channel}:${sequence}`,
        channel,
        event: jsonOrText(body),
        error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
        attempts: work.delivery.redeliveries + 1,
      });
    } catch (err) {
      this.options.log.error({ ...logFields(work), err, reason: error }, 'dead letter not stored');
      return 'unacknowledged';
    }
    this.options.log.error({ ...logFields(work), err: error }, 'event dead-lettered');
    logForgedEvent(this.options.log, error, { channel, sequence });
    deadLettered.inc({ channel });
    return this.acknowledge(work, 'dead-lettered');
  }

  private acknowledge(work: Work, outcome: Outcome): Outcome {
    this.options.crashPoint?.('before-ack');
    try {
      work.delivery.ack();
      return outcome;
    } catch (err) {
      this.options.log.warn({ ...logFields(work), err }, 'event not acknowledged');
      return 'unacknowledged';
    }
  }
}

/** Passes one message to an observer. Never throws: an invalid event or a failing observer is only logged. */
export function deliverToObserver<N extends EventName>(
  name: N,
  { sequence, body }: Pick<Delivery, 'sequence' | 'body'>,
  handler: EventObserver<N>,
  log: Logger,
): void {
  try {
    const event = readEvent(JSON.parse(body.toString()), name) as CloudEvent<N>;
    handler(event.data, event);
  } catch (err) {
    if (!logForgedEvent(log, err, { channel: name, sequence }))
      log.error({ channel: name, sequence, err }, 'event observer failed');
  }
}

function logFields({ delivery: { channel, sequence, redeliveries } }: Work) {
  return { channel, sequence, redeliveries };
}

function jsonOrText(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return body.toString();
  }
}

function isPermanentFailure(error: unknown, redeliveries: number): boolean {
  if (error instanceof InvalidEventError) return true;
  return redeliveries >= MAX_REDELIVERIES && !isInfrastructureError(error);
}
