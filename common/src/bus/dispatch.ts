import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Counter, Gauge } from 'prom-client';
import { fullJitter } from './backoff.ts';
import type { DeadLetterStore, EventHandler } from '../event-bus.ts';
import { checkEvent, InvalidEventError } from '../events.ts';
import type { CloudEvent, EventData, EventName } from '../events.ts';
import { KeyedQueue } from './keyed-queue.ts';

/** One message from the broker, whichever broker that is. */
export type Delivery = {
  channel: EventName;
  /** Its number in the channel, the same each time it is delivered. */
  sequence: number;
  body: Buffer;
  /** How often it was delivered before. */
  redeliveries: number;
  ack: () => void;
};

export type DispatchOptions = {
  /** The broker delivers again what is not acknowledged within this time. */
  ackWaitMs: number;
  deadLetters: DeadLetterStore;
  log: Logger;
  crashPoint?: ((name: 'before-ack') => void) | undefined;
};

type Outcome = 'handled' | 'dead-lettered' | 'left';
type Work = { delivery: Delivery; deadline: number };

const CONCURRENCY = 128;
const MAX_REDELIVERIES = 10;
const RETRY = { baseMs: 50, capMs: 2_000 };

const handled = new Counter({
  name: 'ticketing_bus_handled_total',
  help: 'Deliveries by what became of them; what is left is delivered again',
  labelNames: ['channel', 'outcome'],
});
const redeliveries = new Counter({
  name: 'ticketing_bus_redeliveries_total',
  help: 'Deliveries of an event that was delivered before',
  labelNames: ['channel'],
});
const deadLettered = new Counter({
  name: 'ticketing_bus_dead_letters_total',
  help: 'Events set aside because they could not be handled',
  labelNames: ['channel'],
});
const inHand = new Gauge({ name: 'ticketing_bus_in_hand', help: 'Events that wait for or are in a handler' });

/**
 * Takes each delivered message through: parse, check, queue by aggregate, handler, acknowledgement. What can never
 * be handled is kept as a dead letter; what fails otherwise is tried again here while the broker waits, and is then
 * left unacknowledged, so that the broker delivers it again.
 */
export class Dispatcher {
  private readonly options: DispatchOptions;
  private readonly queue = new KeyedQueue(CONCURRENCY);
  private readonly inHand = new Map<string, Work>();
  private readonly running = new Set<Promise<void>>();
  private stopped = false;

  constructor(options: DispatchOptions) {
    this.options = options;
  }

  /** Never throws and never rejects. */
  deliver<N extends EventName>(name: N, delivery: Delivery, handler: EventHandler<N>): void {
    if (this.stopped) return;
    if (delivery.redeliveries > 0) redeliveries.inc({ channel: name });
    const id = `${delivery.channel}:${delivery.sequence}`;
    const deadline = Date.now() + 0.8 * this.options.ackWaitMs;
    const same = this.inHand.get(id);
    if (same) {
      // Only the newest delivery can still be acknowledged. After a reset of the store the same number may name
      // another event: that one is left for the next delivery.
      if (same.delivery.body.equals(delivery.body)) Object.assign(same, { delivery, deadline });
      return;
    }
    const work = { delivery, deadline };
    this.inHand.set(id, work);
    inHand.inc();
    const done = this.take(name, work, handler).then((outcome) => {
      this.inHand.delete(id);
      inHand.dec();
      handled.inc({ channel: name, outcome });
      this.running.delete(done);
    });
    this.running.add(done);
  }

  /** Starts nothing any more and resolves when what runs has ended and is acknowledged. */
  async drain(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.running);
  }

  private async take<N extends EventName>(name: N, work: Work, handler: EventHandler<N>): Promise<Outcome> {
    let event: CloudEvent<N>;
    try {
      event = checkEvent(JSON.parse(work.delivery.body.toString()), name) as CloudEvent<N>;
    } catch (error) {
      return this.setAside(work, error);
    }
    return this.queue.run(event.subject, () => this.handle(work, () => handler(event.data, event)));
  }

  private async handle(work: Work, attempt: () => Promise<void>): Promise<Outcome> {
    for (let failures = 0; !this.stopped && Date.now() < work.deadline; failures += 1) {
      try {
        await attempt();
        return this.acknowledge(work, 'handled');
      } catch (error) {
        if (isHopeless(error, work.delivery.redeliveries)) return this.setAside(work, error);
        if (failures === 0) this.options.log.warn({ ...about(work), err: error }, 'event handler failed');
        await delay(fullJitter(failures, RETRY));
      }
    }
    return 'left';
  }

  private async setAside(work: Work, error: unknown): Promise<Outcome> {
    const { channel, sequence, body } = work.delivery;
    this.options.log.error({ ...about(work), err: error }, 'event set aside');
    try {
      await this.options.deadLetters({
        id: `${channel}:${sequence}`,
        channel,
        event: jsonOrText(body),
        error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
        attempts: work.delivery.redeliveries + 1,
      });
    } catch (err) {
      this.options.log.error({ ...about(work), err }, 'dead letter not kept');
      return 'left';
    }
    deadLettered.inc({ channel });
    return this.acknowledge(work, 'dead-lettered');
  }

  private acknowledge(work: Work, outcome: Outcome): Outcome {
    this.options.crashPoint?.('before-ack');
    try {
      work.delivery.ack();
      return outcome;
    } catch (err) {
      this.options.log.warn({ ...about(work), err }, 'acknowledgement failed');
      return 'left';
    }
  }
}

/** Gives an observer one message. Never throws: what it cannot use is only logged. */
export function show<N extends EventName>(
  name: N,
  { sequence, body }: Pick<Delivery, 'sequence' | 'body'>,
  handler: (data: EventData<N>, event: CloudEvent<N>) => void,
  log: Logger,
): void {
  try {
    const event = checkEvent(JSON.parse(body.toString()), name) as CloudEvent<N>;
    handler(event.data, event);
  } catch (err) {
    log.error({ channel: name, sequence, err }, 'observer failed');
  }
}

function about({ delivery: { channel, sequence, redeliveries } }: Work) {
  return { channel, sequence, redeliveries };
}

function jsonOrText(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return body.toString();
  }
}

function isHopeless(error: unknown, redeliveries: number): boolean {
  if (error instanceof InvalidEventError) return true;
  return redeliveries >= MAX_REDELIVERIES && !isInfrastructureError(error);
}

const infrastructureName =
  /Network|Timeout|Connection|Connected|Connect|ServerSelection|PoolCleared|PoolClosed|TopologyClosed|WriteConcern|UnknownOutcome|MaxRetriesPerRequest|AbortError/;
const infrastructureMessage =
  /timed out|time-?out|not primary|node is recovering|socket hang up|connection (is )?closed/i;
const infrastructureCode =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|UND_ERR_.*)$/;

/** True when the error says that a store or a peer is away, not that the event is bad. Looks at causes as well. */
export function isInfrastructureError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return (
    infrastructureName.test(error.name) ||
    infrastructureMessage.test(error.message) ||
    (typeof code === 'string' && infrastructureCode.test(code)) ||
    isInfrastructureError(error.cause)
  );
}
