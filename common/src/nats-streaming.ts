/**
 * The event bus over NATS Streaming; the only file that knows it. The client (node-nats-streaming 0.3.2) never
 * registers again after a lost connection, keeps what is published while it is away for some later moment, and
 * reports acknowledgements more than once or falsely. So nothing here repairs a client: at the first doubt (a
 * disconnect, an error, a subscription refused or unanswered) the whole object is thrown away with its socket, what
 * was in flight is reported as unknown, and a new one is connected and subscribed to everything.
 *
 *     open ─connect→ connected ─every reader stands→ up        discard (from anywhere) → wait → open
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import nats from 'node-nats-streaming';
import type { Message, Stan, Subscription, SubscriptionOptions } from 'node-nats-streaming';
import type { Logger } from 'pino';
import { fullJitter } from './backoff.ts';
import { busUp, connectionsLost, publishesInFlight, publishSeconds } from './bus-metrics.ts';
import { deferred } from './deferred.ts';
import type { Deferred } from './deferred.ts';
import { Dispatcher, show } from './dispatch.ts';
import { NotConnectedError, UnknownOutcomeError } from './event-bus.ts';
import type { BusStatus, DeadLetterStore, EventBus, EventHandler, Observation } from './event-bus.ts';
import { serializeEvent } from './events.ts';
import type { CloudEvent, EventData, EventName } from './events.ts';
import { Semaphore } from './keyed-queue.ts';

export type NatsStreamingOptions = {
  url: string;
  clusterId: string;
  /** Unique among the living; the same again after a restart, so that the server replaces the dead one at once. */
  clientId: string;
  /** The queue group whose members share the events: the service's name. */
  group: string;
  deadLetters: DeadLetterStore;
  log: Logger;
  /** Called when a channel's numbering starts again: the store was reset, events may be lost, ask for a resync. */
  afterReset?: (() => void) | undefined;
  crashPoint?: ((name: 'after-publish' | 'before-ack') => void) | undefined;
};

/** What exists in the client but not in its types. `nc` is the connection below, the only way to close at once. */
declare module 'node-nats-streaming' {
  interface Message {
    getRedeliveryCount(): number;
  }
  interface Stan {
    nc?: { stream: Socket | null; close(): void; on(event: 'error', listener: () => void): void };
  }
}

/** Somebody who wants the messages of a channel, on this connection and on every later one. */
type Reader = {
  name: EventName;
  group?: string;
  position: (options: SubscriptionOptions) => SubscriptionOptions;
  receive: (message: Message) => void;
  /** Called each time its subscription stands. */
  stands?: (connection: Connection) => void;
  /** Settled when it stood for the first time, or is removed. */
  stood: Deferred;
};

type Connection = {
  stan: Stan;
  connected: boolean;
  /** Readers by their subscription, and whether it stands. */
  subscriptions: Map<Reader, { subscription: Subscription; stands: boolean }>;
  /** Ends of publishes that wait for the server; each can be called once. */
  inFlight: Set<(error?: unknown) => void>;
  resetSeen: boolean;
  /** Settled by `discard`. */
  gone: Deferred;
};

type Position = { sequence: number; time: number };

const SECOND = 1_000;
const ACK_WAIT_MS = 10 * SECOND;
const CONNECT_TIMEOUT_MS = 3 * SECOND;
const RECONNECT = { baseMs: 100, capMs: 5 * SECOND };
const CLIENT_ID_PATIENCE_MS = 30 * SECOND;
const CLOSE_MS = 10 * SECOND;
/** An observation starts again this much before the last event seen: more than any undetected silence lasts. */
const OVERLAP_MS = 30 * SECOND;
const QUIET_MS = 250;

/** Returns at once with a bus that connects by itself for as long as it takes; see `ready()` and `status`. */
export function connectToNats(options: NatsStreamingOptions): Promise<EventBus> {
  return new Promise((resolve) => resolve(new NatsStreamingBus(options)));
}

class NatsStreamingBus implements EventBus {
  private readonly options: NatsStreamingOptions;
  private readonly dispatcher: Dispatcher;
  private readonly readers = new Set<Reader>();
  private readonly window = new Semaphore(256, 10_000);
  private readonly newest = new Map<EventName, Position>();
  private connection: Connection | undefined;
  private clientId: string;
  private clientIdRefusedAt: number | undefined;
  private failures = 0;
  private reopening: NodeJS.Timeout | undefined;
  private closing: Promise<void> | undefined;
  private closed = false;

  constructor(options: NatsStreamingOptions) {
    this.options = options;
    this.clientId = options.clientId;
    this.dispatcher = new Dispatcher({ ...options, ackWaitMs: ACK_WAIT_MS });
    this.open();
  }

  get status(): BusStatus {
    if (this.closed) return 'closed';
    if (!this.connection?.connected) return 'down';
    const standing = [...this.connection.subscriptions.values()].filter(({ stands }) => stands);
    return standing.length === this.readers.size ? 'up' : 'down';
  }

  async publish<N extends EventName>(event: CloudEvent<N>): Promise<void> {
    const body = serializeEvent(event);
    await this.window.run(() => this.send(event.type, body));
    this.options.crashPoint?.('after-publish');
  }

  subscribe<N extends EventName>(name: N, handler: EventHandler<N>): void {
    this.add({
      name,
      group: this.options.group,
      position: (options) =>
        options.setDeliverAllAvailable().setDurableName(this.options.group).setMaxInFlight(128),
      stood: deferred(),
      receive: (message) => {
        const delivery = {
          channel: name,
          sequence: message.getSequence(),
          body: message.getRawData(),
          redeliveries: message.getRedeliveryCount(),
          ack: () => message.ack(),
        };
        this.dispatcher.deliver(name, delivery, handler);
      },
    });
  }

  observe<N extends EventName>(
    name: N,
    handler: (data: EventData<N>, event: CloudEvent<N>) => void,
    { sinceMs = 0 }: { sinceMs?: number } = {},
  ): Observation {
    const replayed = deferred();
    let from = Date.now() - sinceMs;
    let seen: Position | undefined;
    let stored: number | undefined;
    const whenAllSeen = () => {
      if (stored !== undefined && (seen?.sequence ?? Infinity) >= stored) replayed.resolve();
    };
    const reader: Reader = {
      name,
      position: (options) => options.setStartAtTimeDelta(Date.now() - from).setMaxInFlight(1024),
      stood: deferred(),
      stands: (connection) => {
        if (stored !== undefined) return;
        this.askLastSequence(connection, name, (sequence) => {
          stored = sequence;
          whenAllSeen();
        });
      },
      receive: (message) => {
        const position = positionOf(message);
        if (!seen || follows(position, seen)) {
          const shown = { sequence: position.sequence, body: message.getRawData() };
          show(name, shown, handler, this.options.log);
          seen = position;
          from = Math.min(position.time, Date.now()) - OVERLAP_MS;
        }
        message.ack();
        whenAllSeen();
      },
    };
    this.add(reader);
    return { replayed: replayed.promise, close: () => this.remove(reader) };
  }

  async ready(): Promise<void> {
    await Promise.all([...this.readers].map(({ stood }) => stood.promise));
  }

  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private open(): void {
    const stan = nats.connect(this.options.clusterId, this.clientId, {
      url: this.options.url,
      maxReconnectAttempts: 0,
      connectTimeout: CONNECT_TIMEOUT_MS,
      ackTimeout: 5 * SECOND,
      stanPingInterval: 5 * SECOND,
      stanMaxPingOut: 3,
    });
    const connection: Connection = {
      stan,
      connected: false,
      subscriptions: new Map(),
      inFlight: new Set(),
      resetSeen: false,
      gone: deferred(),
    };
    this.connection = connection;
    // The client waits without end for a server that accepts the connection and then says nothing.
    const silence = setTimeout(() => this.discard(connection, 'no answer'), 2 * CONNECT_TIMEOUT_MS);
    void connection.gone.promise.then(() => clearTimeout(silence));
    stan.on('connect', () => {
      clearTimeout(silence);
      connection.connected = true;
      this.clientIdRefusedAt = undefined;
      for (const reader of this.readers) this.attach(connection, reader);
      this.report();
    });
    for (const sign of ['error', 'connection_lost', 'disconnect', 'close'])
      stan.on(sign, (reason?: unknown) => this.discard(connection, reason ?? sign));
  }

  private attach(connection: Connection, reader: Reader): void {
    const { stan } = connection;
    const options = reader.position(manual(stan));
    const subscription = reader.group
      ? stan.subscribe(reader.name, reader.group, options)
      : stan.subscribe(reader.name, options);
    const state = { subscription, stands: false };
    connection.subscriptions.set(reader, state);
    this.discardIfRefused(connection, subscription);
    subscription.on('message', (message: Message) => {
      this.watchNumbering(connection, reader.name, positionOf(message));
      reader.receive(message);
    });
    subscription.on('ready', () => {
      if (!this.readers.has(reader)) return void leave(subscription);
      state.stands = true;
      reader.stood.resolve();
      reader.stands?.(connection);
      this.report();
    });
  }

  private discardIfRefused(connection: Connection, subscription: Subscription): void {
    for (const sign of ['error', 'timeout'])
      // Not at once: having told of a refusal, the client goes on to use the connection.
      subscription.on(sign, (reason: unknown) => setImmediate(() => this.discard(connection, reason)));
  }

  /** The one way out of a connection that is not closed in peace. */
  private discard(connection: Connection, reason: unknown): void {
    if (this.connection !== connection) return;
    this.connection = undefined;
    connection.gone.resolve();
    for (const end of connection.inFlight) end(reason);
    destroy(connection.stan);
    this.report();
    if (this.closed) return;
    const waitMs = fullJitter(this.failures, RECONNECT);
    this.failures += 1;
    connectionsLost.inc();
    const level = this.failures === 1 ? 'warn' : 'debug';
    this.options.log[level](
      { reason: text(reason), clientId: this.clientId, waitMs },
      'no connection to the broker',
    );
    if (text(reason).includes('clientID already registered')) this.noteRefusedClientId();
    this.reopening = setTimeout(() => this.open(), waitMs);
  }

  /** Who answers under our id after this long is no ghost of ours but somebody who lives. */
  private noteRefusedClientId(): void {
    this.clientIdRefusedAt ??= Date.now();
    if (Date.now() - this.clientIdRefusedAt < CLIENT_ID_PATIENCE_MS) return;
    this.clientId = `${this.options.clientId}-${randomBytes(3).toString('hex')}`;
    this.options.log.warn({ clientId: this.clientId }, 'client id is taken: another one is used');
  }

  private connected(): Connection {
    if (!this.connection?.connected || this.closed)
      throw new NotConnectedError('no connection to the broker');
    return this.connection;
  }

  private send(name: EventName, body: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const connection = this.connected();
      const stopTimer = publishSeconds.startTimer({ channel: name });
      const end = (error?: unknown) => {
        if (!connection.inFlight.delete(end)) return;
        publishesInFlight.dec();
        stopTimer({ outcome: error === undefined ? 'stored' : 'unknown' });
        if (error === undefined) resolve();
        else
          reject(
            new UnknownOutcomeError(`${name} may or may not be stored: ${text(error)}`, { cause: error }),
          );
      };
      connection.inFlight.add(end);
      publishesInFlight.inc();
      try {
        connection.stan.publish(name, body, (error) => end(error));
      } catch (error) {
        end(error);
      }
    });
  }

  private add(reader: Reader): void {
    this.readers.add(reader);
    if (this.connection?.connected) this.attach(this.connection, reader);
    this.report();
  }

  private remove(reader: Reader): void {
    this.readers.delete(reader);
    reader.stood.resolve();
    const state = this.connection?.subscriptions.get(reader);
    this.connection?.subscriptions.delete(reader);
    if (state?.stands) void leave(state.subscription);
    this.report();
  }

  /**
   * Answers the number of the channel's newest message, 0 when it has none. The server starts subscriptions in order
   * and sends on one connection: what it had for a subscription that stood before comes before this answer. Only
   * an empty channel has no answer to send; a quiet moment stands for it.
   */
  private askLastSequence(connection: Connection, name: EventName, answer: (sequence: number) => void): void {
    const { stan } = connection;
    const probe = stan.subscribe(name, manual(stan).setStartWithLastReceived().setMaxInFlight(1));
    let quiet: NodeJS.Timeout | undefined;
    const finish = (sequence: number) => {
      clearTimeout(quiet);
      if (this.connection !== connection) return;
      void leave(probe);
      answer(sequence);
    };
    this.discardIfRefused(connection, probe);
    probe.on('message', (message: Message) => finish(message.getSequence()));
    probe.on('ready', () => (quiet = setTimeout(finish, QUIET_MS, 0)));
  }

  /** A smaller number with a later time is no redelivery and no replay: the channel was begun anew. */
  private watchNumbering(connection: Connection, name: EventName, position: Position): void {
    const newest = this.newest.get(name);
    if (newest && !follows(position, newest)) return;
    this.newest.set(name, position);
    if (!newest || position.sequence > newest.sequence || connection.resetSeen) return;
    connection.resetSeen = true;
    this.options.log.error({ channel: name, newest, position }, 'the store of the broker was reset');
    this.options.afterReset?.();
  }

  private report(): void {
    const isUp = this.status === 'up';
    busUp.set(isUp ? 1 : 0);
    if (!isUp || this.failures === 0) return;
    this.failures = 0;
    this.options.log.info({ clientId: this.clientId }, 'connected to the broker again');
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

  /** Acknowledgements on a closed subscription go nowhere, so subscriptions are closed after the last of them. */
  private async leaveInPeace(): Promise<void> {
    await this.dispatcher.drain();
    while (this.window.running > 0) await delay(10);
    this.closed = true;
    const { connection } = this;
    if (connection?.connected) await Promise.race([farewell(connection), connection.gone.promise]);
  }
}

async function farewell({ stan, subscriptions }: Connection): Promise<void> {
  const standing = [...subscriptions.values()].filter(({ stands }) => stands);
  await Promise.all(standing.map(({ subscription }) => leave(subscription)));
  stan.close();
  await once(stan, 'close');
}

function manual(stan: Stan): SubscriptionOptions {
  return stan.subscriptionOptions().setManualAckMode(true).setAckWait(ACK_WAIT_MS);
}

function positionOf(message: Message): Position {
  return { sequence: message.getSequence(), time: message.getTimestamp().getTime() };
}

function follows(position: Position, previous: Position): boolean {
  return position.sequence > previous.sequence || position.time > previous.time;
}

/** Closes, never unsubscribes: that would delete the group's position. Resolves when the server has answered. */
function leave(subscription: Subscription): Promise<void> {
  subscription.removeAllListeners();
  return new Promise((resolve) => {
    for (const answer of ['closed', 'error', 'timeout']) subscription.on(answer, () => resolve());
    subscription.close();
  });
}

/**
 * Resets the socket first, which also drops what is not sent yet. `stan.close()` alone would say "close client <id>",
 * and that, or a subscription asked for before, could reach the server after the next connection has registered
 * under the same id. Afterwards `stan.close()` only forgets timers and acknowledgements.
 */
function destroy(stan: Stan): void {
  const ignore = () => undefined;
  const { nc } = stan;
  stan.removeAllListeners();
  stan.on('error', ignore);
  nc?.stream?.resetAndDestroy();
  nc?.close();
  nc?.on('error', ignore);
  stan.close();
}

function text(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
