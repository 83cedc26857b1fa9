/**
 * What every event bus does, independent of the broker. A connection is never repaired: at the first sign of trouble it
 * is discarded, publishes in flight on it reject with UnknownOutcomeError, and the bus opens a new connection and
 * attaches every reader to it.
 *
 *     open ─connect→ connected ─every reader active→ up        discard (in any state) → wait → open
 */
import { setTimeout as delay } from 'node:timers/promises';
import { serializeEvent } from '../check-event.ts';
import type { BusStatus, EventBus, EventHandler, EventObserver, Observation } from '../event-bus.ts';
import {
  NotConnectedError,
  NotPermittedError,
  NotSubscribedError,
  UnknownOutcomeError,
} from '../event-bus.ts';
import type { CloudEvent, EventName } from '../events.ts';
import { fullJitter } from './backoff.ts';
import type { BusConnection, BusOptions, BusReader, ObserverOptions, Settle } from './connection.ts';
import { ACK_WAIT_MS, messageOf, SECOND } from './connection.ts';
import { deferred } from './deferred.ts';
import type { Delivery } from './dispatch.ts';
import { deliverToObserver, Dispatcher } from './dispatch.ts';
import { Freshness } from './freshness.ts';
import { Semaphore } from './keyed-queue.ts';
import { busUp, connectionsLost, publishesInFlight, publishSeconds } from './metrics.ts';
import { PositionCheck } from './position-check.ts';
import type { Position } from './position-store.ts';
import type { ChannelLog } from './positions.ts';
import { Positions } from './positions.ts';
import { inPublishSpan } from './spans.ts';

const RECONNECT = { baseMs: 100, capMs: 5 * SECOND };
const CLOSE_MS = 10 * SECOND;
const PROBE_MS = 500;
const MAX_PUBLISHES_IN_FLIGHT = 256;
const MAX_PUBLISHES_WAITING = 10_000;

export abstract class ReconnectingBus<C extends BusConnection<R>, R extends BusReader> implements EventBus {
  protected readonly options: BusOptions;
  protected readonly readers = new Set<R>();
  /** Those without which the bus is up. */
  private readonly aside = new Set<R>();
  protected connection: C | undefined;
  protected clientId: string;
  protected closing: Promise<void> | undefined;
  protected closed = false;
  private readonly dispatcher: Dispatcher;
  private readonly handlers = new Map<EventName, EventHandler<EventName>>();
  private readonly positions: Positions | undefined;
  private readonly positionCheck: PositionCheck | undefined;
  private readonly freshness = new Freshness();
  private readonly probeTimer = setInterval(() => this.probe(), PROBE_MS).unref();
  private readonly publishes = new Semaphore(MAX_PUBLISHES_IN_FLIGHT, MAX_PUBLISHES_WAITING);
  private failures = 0;
  private reconnectTimer: NodeJS.Timeout | undefined;

  constructor(options: BusOptions) {
    this.options = options;
    this.clientId = options.clientId;
    this.dispatcher = new Dispatcher({ ...options, ackWaitMs: ACK_WAIT_MS, freshness: this.freshness });
    const { positions, afterLoss, log } = options;
    if (!positions) return;
    this.positions = new Positions(positions, log);
    this.positionCheck = new PositionCheck({
      log,
      positions: this.positions,
      requestResync: async () => {
        this.freshness.restart(Date.now());
        await afterLoss?.();
      },
      isClosing: () => this.closing !== undefined,
    });
  }

  /** Sets `connection`, or calls `reconnectLater` when there is none. */
  protected abstract open(): void | Promise<void>;
  /** The reader of a subscription: it passes each message to `deliver`. */
  protected abstract groupReader(name: EventName, deliver: (delivery: Delivery) => void): R;
  protected abstract observerReader(name: EventName, options: ObserverOptions): R;
  /** The reader of this process alone: it passes each message from `sequence` on to `deliver`, until it is acknowledged. */
  protected abstract catchUpReader(
    name: EventName,
    sequence: number,
    deliver: (delivery: Delivery) => void,
  ): R;
  /** Reads what the log has of the reader's channel, seen from `position`. */
  protected abstract readLog(connection: C, reader: R, position: Position | undefined): Promise<ChannelLog>;
  /** Has the reader receive messages on this connection, then calls `markActive`. */
  protected abstract attach(connection: C, reader: R): void | Promise<void>;
  protected abstract detach(connection: C, reader: R): void;
  /** Sends an event and calls `settle` when the broker has answered. May throw. */
  protected abstract send(connection: C, name: EventName, body: string, settle: Settle): void;
  /** Resolves when the broker has answered to a request that changes nothing. */
  protected abstract ping(connection: C): Promise<void>;
  /** Drops the connection at once, in whatever state it is. */
  protected abstract destroy(connection: C): void;
  /** Called by `close` before it waits for the running handlers. */
  protected abstract stopReading(connection: C): void;
  /** Disconnects in an orderly way, once no event is in flight. */
  protected abstract disconnect(connection: C): Promise<void>;

  get status(): BusStatus {
    if (this.closed) return 'closed';
    const { connection } = this;
    return connection?.connected && this.isActive(connection) ? 'up' : 'down';
  }

  private isActive({ active }: C): boolean {
    if (active.size === this.readers.size) return true;
    return this.aside.size > 0 && [...this.readers].every((one) => active.has(one) || this.aside.has(one));
  }

  isCurrent(): boolean {
    return this.freshness.isCurrent(Date.now());
  }

  async publish<N extends EventName>(
    event: CloudEvent<N>,
    options?: { isReceived?: boolean },
  ): Promise<void> {
    await inPublishSpan(event, async (traced) => {
      const body = serializeEvent(traced, options);
      await this.publishes.run(() => this.sendAndWait(event.type, body));
    });
    this.options.crashPoint?.('after-publish');
  }

  subscribe<N extends EventName>(name: N, handler: EventHandler<N>): void {
    this.dispatcher.startCounting(name);
    this.handlers.set(name, handler as unknown as EventHandler<EventName>);
    const { positions } = this;
    const handle = (delivery: Delivery) => this.dispatcher.deliver(name, delivery, handler);
    const reader = this.groupReader(name, (delivery) =>
      handle(positions?.track(delivery, 'group') ?? delivery),
    );
    reader.handle = handle;
    this.add(reader);
  }

  async handle(event: CloudEvent): Promise<void> {
    const handler = this.handlers.get(event.type);
    if (!handler) throw new NotSubscribedError(`this service does not subscribe to ${event.type}`);
    await this.dispatcher.run(event.type, event, handler);
  }

  observe<N extends EventName>(
    name: N,
    handler: EventObserver<N>,
    { sinceMs = 0, isAside = false }: { sinceMs?: number; isAside?: boolean } = {},
  ): Observation {
    const replayed = deferred();
    const reader = this.observerReader(name, {
      sinceMs,
      deliver: (message) => deliverToObserver(name, message, handler, this.options.log),
      replayed: replayed.resolve,
    });
    if (isAside) this.aside.add(reader);
    this.add(reader);
    return { replayed: replayed.promise, close: () => this.remove(reader) };
  }

  async ready(): Promise<void> {
    await Promise.all([...this.readers].map(({ activated }) => activated.promise));
  }

  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  /** The state of a new connection that every broker's connection has. */
  protected newConnection(connected: boolean): BusConnection<R> {
    return {
      connected,
      active: new Set(),
      inFlight: new Set(),
      isProbed: false,
      discarded: deferred(),
    };
  }

  protected attachAll(connection: C): void {
    for (const reader of this.readers) void this.attach(connection, reader);
    this.updateStatus();
  }

  protected markActive(connection: C, reader: R): void {
    connection.active.add(reader);
    reader.activated.resolve();
    this.updateStatus();
    this.checkPosition(connection, reader);
  }

  private checkPosition(connection: C, reader: R): void {
    const { name, handle } = reader;
    if (!handle) return;
    void this.positionCheck?.run({
      name,
      deliver: handle,
      ended: connection.discarded.promise,
      readLog: (position) => this.readLog(connection, reader, position),
      readFrom: (sequence, deliver) => {
        const catchUp = this.catchUpReader(name, sequence, deliver);
        this.add(catchUp);
        return () => this.remove(catchUp);
      },
    });
  }

  /** The only way to end a connection, except an orderly `close`. */
  protected discard(connection: C, reason: unknown): void {
    if (this.connection !== connection) return;
    this.connection = undefined;
    connection.discarded.resolve();
    for (const settle of connection.inFlight) settle(reason);
    this.destroy(connection);
    this.updateStatus();
    this.reconnectLater(reason);
  }

  protected reconnectLater(reason: unknown): void {
    if (this.closed) return;
    const waitMs = fullJitter(this.failures, RECONNECT);
    this.failures += 1;
    connectionsLost.inc();
    const level = this.failures === 1 ? 'warn' : 'debug';
    const { clientId } = this;
    this.options.log[level](
      { reason: messageOf(reason), clientId, waitMs },
      'broker unavailable, will reconnect',
    );
    this.reconnectTimer = setTimeout(() => void this.open(), waitMs);
  }

  private add(reader: R): void {
    this.readers.add(reader);
    if (this.connection?.connected) void this.attach(this.connection, reader);
    this.updateStatus();
  }

  private remove(reader: R): void {
    this.readers.delete(reader);
    this.aside.delete(reader);
    reader.activated.resolve();
    if (this.connection) this.detach(this.connection, reader);
    this.connection?.active.delete(reader);
    this.updateStatus();
  }

  private updateStatus(): void {
    const isUp = this.status === 'up';
    busUp.set(isUp ? 1 : 0);
    this.freshness.setUp(isUp, Date.now());
    if (!isUp || this.failures === 0) return;
    this.failures = 0;
    this.options.log.info({ clientId: this.clientId }, 'broker connected');
  }

  /** A frozen broker keeps its connections for many seconds, so an open connection is no sign of life. */
  private probe(): void {
    const { connection } = this;
    if (!connection?.connected || connection.isProbed) return;
    connection.isProbed = true;
    const answered = () => {
      connection.isProbed = false;
      if (this.connection === connection) this.freshness.answered(Date.now());
    };
    this.ping(connection).then(answered, () => undefined); // the bus is about to notice a broken connection
  }

  private sendAndWait(name: EventName, body: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const { connection } = this;
      if (!connection?.connected || this.closed) throw new NotConnectedError('no connection to the broker');
      const stopTimer = publishSeconds.startTimer({ channel: name });
      const settle = (error?: unknown) => {
        if (!connection.inFlight.delete(settle)) return;
        publishesInFlight.dec();
        stopTimer({ outcome: error === undefined ? 'stored' : 'unknown' });
        if (error === undefined) return resolve();
        if (error instanceof NotPermittedError) return reject(error);
        const message = `${name} may be stored or not: ${messageOf(error)}`;
        reject(new UnknownOutcomeError(message, { cause: error }));
      };
      connection.inFlight.add(settle);
      publishesInFlight.inc();
      try {
        this.send(connection, name, body, settle);
      } catch (error) {
        settle(error);
      }
    });
  }

  private async shutDown(): Promise<void> {
    const done = new AbortController();
    const timeout = delay(CLOSE_MS, undefined, { signal: done.signal }).catch(() => undefined);
    await Promise.race([this.closeGracefully(), timeout]);
    done.abort();
    this.closed = true;
    clearTimeout(this.reconnectTimer);
    clearInterval(this.probeTimer);
    if (this.connection) this.discard(this.connection, 'closed');
    this.updateStatus();
  }

  private async closeGracefully(): Promise<void> {
    if (this.connection) this.stopReading(this.connection);
    await this.dispatcher.drain();
    await this.positions?.close().catch((err: unknown) => {
      this.options.log.warn({ err }, 'positions not written');
    });
    while (this.publishes.running > 0) await delay(10);
    this.closed = true;
    const { connection } = this;
    if (connection?.connected)
      await Promise.race([this.disconnect(connection), connection.discarded.promise]);
  }
}
