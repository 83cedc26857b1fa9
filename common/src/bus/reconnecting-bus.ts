/**
 * What a bus does whichever broker is behind it. Nothing repairs a connection: at the first doubt it is thrown away,
 * what was in flight on it is reported as unknown, and a new one is opened with every reader attached to it.
 *
 *     open ─connect→ connected ─every reader stands→ up        discard (from anywhere) → wait → open
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { fullJitter } from './backoff.ts';
import { busUp, connectionsLost, publishesInFlight, publishSeconds } from './metrics.ts';
import type { Deferred } from './deferred.ts';
import { Dispatcher } from './dispatch.ts';
import { NotConnectedError, UnknownOutcomeError } from '../event-bus.ts';
import type { BusStatus, DeadLetterStore } from '../event-bus.ts';
import { serializeEvent } from '../events.ts';
import type { CloudEvent, EventName } from '../events.ts';
import { Semaphore } from './keyed-queue.ts';

export type BusOptions = {
  /** May name a user and a password. */
  url: string;
  /** Unique among the living; the same again after a restart. */
  clientId: string;
  /** The queue group whose members share the events: the service's name. */
  group: string;
  deadLetters: DeadLetterStore;
  log: Logger;
  /** Called when the store was begun anew or has no place of this group: events may be lost, ask for a resync. */
  afterReset?: (() => void) | undefined;
  crashPoint?: ((name: 'after-publish' | 'before-ack') => void) | undefined;
};

/** Somebody who wants the messages of a channel, on this connection and on every later one. */
export type BusReader = {
  /** Settled when it stood for the first time, or is removed. */
  stood: Deferred;
};

/** The end of a publish that waits for the broker, with an error or without. Can be called once. */
export type End = (error?: unknown) => void;

export type BusConnection = {
  connected: boolean;
  inFlight: Set<End>;
  resetSeen: boolean;
  /** Settled by `discard`. */
  gone: Deferred;
};

export const SECOND = 1_000;
export const ACK_WAIT_MS = 10 * SECOND;
export const CONNECT_TIMEOUT_MS = 3 * SECOND;
const RECONNECT = { baseMs: 100, capMs: 5 * SECOND };
const CLOSE_MS = 10 * SECOND;

export abstract class ReconnectingBus<C extends BusConnection, R extends BusReader> {
  protected readonly options: BusOptions;
  protected readonly dispatcher: Dispatcher;
  protected readonly readers = new Set<R>();
  protected connection: C | undefined;
  protected clientId: string;
  protected closing: Promise<void> | undefined;
  protected closed = false;
  private readonly window = new Semaphore(256, 10_000);
  private failures = 0;
  private reopening: NodeJS.Timeout | undefined;

  constructor(options: BusOptions) {
    this.options = options;
    this.clientId = options.clientId;
    this.dispatcher = new Dispatcher({ ...options, ackWaitMs: ACK_WAIT_MS });
  }

  /** Whether every reader stands on this connection. */
  protected abstract isStanding(connection: C): boolean;
  /** Sets `connection`, or says by `lost` that there is none. */
  protected abstract open(): void | Promise<void>;
  protected abstract attach(connection: C, reader: R): void | Promise<void>;
  protected abstract detach(connection: C, reader: R): void;
  protected abstract transmit(connection: C, name: EventName, body: string, end: End): void;
  /** Drops the connection, at once and whatever state it is in. */
  protected abstract destroy(connection: C): void;
  /** Before the last handlers are waited for. */
  protected abstract stopReading(connection: C): void;
  /** Ends the connection in peace, when nothing is in hand any more. */
  protected abstract leave(connection: C): Promise<void>;

  get status(): BusStatus {
    if (this.closed) return 'closed';
    const { connection } = this;
    return connection?.connected && this.isStanding(connection) ? 'up' : 'down';
  }

  async publish<N extends EventName>(event: CloudEvent<N>): Promise<void> {
    const body = serializeEvent(event);
    await this.window.run(() => this.send(event.type, body));
    this.options.crashPoint?.('after-publish');
  }

  async ready(): Promise<void> {
    await Promise.all([...this.readers].map(({ stood }) => stood.promise));
  }

  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  protected add(reader: R): void {
    this.readers.add(reader);
    if (this.connection?.connected) void this.attach(this.connection, reader);
    this.report();
  }

  protected remove(reader: R): void {
    this.readers.delete(reader);
    reader.stood.resolve();
    if (this.connection) this.detach(this.connection, reader);
    this.report();
  }

  protected attachAll(connection: C): void {
    for (const reader of this.readers) void this.attach(connection, reader);
    this.report();
  }

  protected report(): void {
    const isUp = this.status === 'up';
    busUp.set(isUp ? 1 : 0);
    if (!isUp || this.failures === 0) return;
    this.failures = 0;
    this.options.log.info({ clientId: this.clientId }, 'connected to the broker again');
  }

  /** Once a connection, however many channels say so. */
  protected noteReset(connection: C): void {
    if (connection.resetSeen || this.connection !== connection) return;
    connection.resetSeen = true;
    this.options.afterReset?.();
  }

  /** The one way out of a connection that is not closed in peace. */
  protected discard(connection: C, reason: unknown): void {
    if (this.connection !== connection) return;
    this.connection = undefined;
    connection.gone.resolve();
    for (const end of connection.inFlight) end(reason);
    this.destroy(connection);
    this.report();
    this.lost(reason);
  }

  protected lost(reason: unknown): void {
    if (this.closed) return;
    const waitMs = fullJitter(this.failures, RECONNECT);
    this.failures += 1;
    connectionsLost.inc();
    const level = this.failures === 1 ? 'warn' : 'debug';
    const { clientId } = this;
    this.options.log[level]({ reason: text(reason), clientId, waitMs }, 'no connection to the broker');
    this.reopening = setTimeout(() => void this.open(), waitMs);
  }

  private send(name: EventName, body: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const { connection } = this;
      if (!connection?.connected || this.closed) throw new NotConnectedError('no connection to the broker');
      const stopTimer = publishSeconds.startTimer({ channel: name });
      const end = (error?: unknown) => {
        if (!connection.inFlight.delete(end)) return;
        publishesInFlight.dec();
        stopTimer({ outcome: error === undefined ? 'stored' : 'unknown' });
        if (error === undefined) return resolve();
        const message = `${name} may or may not be stored: ${text(error)}`;
        reject(new UnknownOutcomeError(message, { cause: error }));
      };
      connection.inFlight.add(end);
      publishesInFlight.inc();
      try {
        this.transmit(connection, name, body, end);
      } catch (error) {
        end(error);
      }
    });
  }

  private async shutDown(): Promise<void> {
    const done = new AbortController();
    const late = delay(CLOSE_MS, undefined, { signal: done.signal }).catch(() => undefined);
    await Promise.race([this.leaveInPeace(), late]);
    done.abort();
    this.closed = true;
    clearTimeout(this.reopening);
    if (this.connection) this.discard(this.connection, 'closed');
    this.report();
  }

  private async leaveInPeace(): Promise<void> {
    if (this.connection) this.stopReading(this.connection);
    await this.dispatcher.drain();
    while (this.window.running > 0) await delay(10);
    this.closed = true;
    const { connection } = this;
    if (connection?.connected) await Promise.race([this.leave(connection), connection.gone.promise]);
  }
}

export function text(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
