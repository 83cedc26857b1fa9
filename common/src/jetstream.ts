/**
 * The event bus over NATS JetStream; the only file that knows it. As with NATS Streaming nothing here repairs a
 * connection: at the first doubt (a disconnect, a silent consumer, one that is gone) it is thrown away, what was in
 * flight is reported as unknown, and a new one is opened and every consumer attached to it.
 *
 *     open ─connect, stream→ connected ─every reader stands→ up        discard (from anywhere) → wait → open
 */
import { setTimeout as delay } from 'node:timers/promises';
import { JetStreamApiCodes, JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import type {
  ConsumerConfig,
  ConsumerInfo,
  ConsumerMessages,
  JetStreamClient,
  JetStreamManager,
  JsMsg,
  StreamInfo,
} from '@nats-io/jetstream';
import { connect, errors, nanos } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
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

export type JetStreamOptions = {
  /** May name a user and a password. */
  url: string;
  /** What the server's monitoring calls this connection. */
  clientId: string;
  /** The group whose members share the events: the service's name. */
  group: string;
  deadLetters: DeadLetterStore;
  log: Logger;
  /** Called when the stream was begun anew or holds no place of this group: events may be lost, ask for a resync. */
  afterReset?: (() => void) | undefined;
  crashPoint?: ((name: 'after-publish' | 'before-ack') => void) | undefined;
};

/** Somebody who wants the messages of a channel, on this connection and on every later one. */
type Reader = {
  /** Messages that may be on their way to this process. */
  atOnce: number;
  /** Its consumer on the server, made when it is not there. */
  consumer: (connection: Connection) => Promise<ConsumerInfo>;
  receive: (message: JsMsg) => void;
  /** Settled when it stood for the first time, or is removed. */
  stood: Deferred;
};

type Connection = {
  nc: NatsConnection;
  manager: JetStreamManager;
  client: JetStreamClient;
  stream: Incarnation;
  /** The server's clock less ours. */
  clockAheadMs: number;
  /** The consumers that stand. */
  reading: Map<Reader, ConsumerMessages>;
  /** Ends of publishes that wait for the server; each can be called once. */
  inFlight: Set<(error?: unknown) => void>;
  resetSeen: boolean;
  /** Settled by `discard`. */
  gone: Deferred;
};

/** What is the same as long as the stream is the same, and its newest message as far as it is known here. */
type Incarnation = { created: string; newest: number };

const SECOND = 1_000;
const ACK_WAIT_MS = 10 * SECOND;
const ANSWER_MS = 5 * SECOND;
const CONNECT_TIMEOUT_MS = 3 * SECOND;
const RECONNECT = { baseMs: 100, capMs: 5 * SECOND };
const CLOSE_MS = 10 * SECOND;
const MAX_UNACKNOWLEDGED = 128;
const STREAM_EXISTS = 10_058;
const HEARTBEAT_MS = 5 * SECOND;
/** A consumer that cannot be trusted any more, by what the client calls it. */
const doubts = [
  'heartbeats_missed',
  'consumer_not_found',
  'consumer_deleted',
  'stream_not_found',
  'no_responders',
];

/** All events are in one stream: a few fsyncs serve many publishers. Operators may change it, for example `replicas`. */
const stream = {
  name: 'TICKETING',
  storage: 'file',
  retention: 'limits',
  discard: 'old',
  max_age: nanos(720 * 3_600 * SECOND),
} as const;

/** Returns at once with a bus that connects by itself for as long as it takes; see `ready()` and `status`. */
export function connectToJetStream(options: JetStreamOptions): Promise<EventBus> {
  return new Promise((resolve) => resolve(new JetStreamBus(options)));
}

class JetStreamBus implements EventBus {
  private readonly options: JetStreamOptions;
  private readonly dispatcher: Dispatcher;
  private readonly readers = new Set<Reader>();
  private readonly window = new Semaphore(256, 10_000);
  private readonly server: { servers: string; user?: string; pass?: string };
  private connection: Connection | undefined;
  private stream: Incarnation | undefined;
  private failures = 0;
  private reopening: NodeJS.Timeout | undefined;
  private closing: Promise<void> | undefined;
  private closed = false;

  constructor(options: JetStreamOptions) {
    this.options = options;
    this.server = serverOf(options.url);
    this.dispatcher = new Dispatcher({ ...options, ackWaitMs: ACK_WAIT_MS });
    void this.open();
  }

  get status(): BusStatus {
    if (this.closed) return 'closed';
    return this.connection?.reading.size === this.readers.size ? 'up' : 'down';
  }

  async publish<N extends EventName>(event: CloudEvent<N>): Promise<void> {
    const body = serializeEvent(event);
    await this.window.run(() => this.send(event.type, body));
    this.options.crashPoint?.('after-publish');
  }

  subscribe<N extends EventName>(name: N, handler: EventHandler<N>): void {
    this.add({
      atOnce: MAX_UNACKNOWLEDGED,
      stood: deferred(),
      consumer: (connection) => this.openDurable(connection, name),
      receive: (message) => {
        const delivery = {
          channel: name,
          sequence: message.seq,
          body: Buffer.from(message.data),
          redeliveries: message.info.deliveryCount - 1,
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
    let next: { of: Incarnation; sequence: number } | undefined;
    let toReplay = Infinity;
    let delivered = 0;
    const reader: Reader = {
      atOnce: 1_024,
      stood: deferred(),
      consumer: async ({ manager, stream: current, clockAheadMs }) => {
        const start =
          next?.of === current
            ? ({ deliver_policy: 'by_start_sequence', opt_start_seq: next.sequence } as const)
            : ({ deliver_policy: 'by_start_time', opt_start_time: iso(from + clockAheadMs) } as const);
        const info = await manager.consumers.add(stream.name, { ...ephemeral, ...start, ...only(name) });
        // Its place is a number from now on: times are as exact as two clocks and the way between them.
        if (next?.of !== current) next = { of: current, sequence: info.delivered.stream_seq + 1 };
        delivered = 0;
        toReplay = info.num_pending;
        if (toReplay === 0) replayed.resolve();
        return info;
      },
      receive: (message) => {
        const { connection } = this;
        if (!connection) return;
        delivered += 1;
        if (message.info.deliverySequence !== delivered)
          return this.discard(connection, `observer of ${name} missed a message`);
        show(name, { sequence: message.seq, body: Buffer.from(message.data) }, handler, this.options.log);
        next = { of: connection.stream, sequence: message.seq + 1 };
        from = message.time.getTime() - connection.clockAheadMs;
        if (delivered >= toReplay) replayed.resolve();
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

  private async open(): Promise<void> {
    let nc: NatsConnection | undefined;
    try {
      nc = await connect({
        ...this.server,
        name: this.options.clientId,
        reconnect: false,
        ignoreClusterUpdates: true,
        timeout: CONNECT_TIMEOUT_MS,
        pingInterval: 5 * SECOND,
        maxPingOut: 2,
      });
      const manager = await jetstreamManager(nc, { timeout: ANSWER_MS });
      const info = await openStream(manager);
      if (this.closed) return await nc.close();
      this.begin(nc, manager, info);
    } catch (error) {
      void nc?.close();
      this.failed(error);
    }
  }

  private begin(nc: NatsConnection, manager: JetStreamManager, { created, state, ts }: StreamInfo): void {
    const known = this.stream;
    const found = { created, newest: state.last_seq };
    const isSame = known?.created === created && found.newest >= known.newest;
    this.stream = isSame ? known : found;
    this.stream.newest = found.newest;
    const connection: Connection = {
      nc,
      manager,
      client: manager.jetstream(),
      stream: this.stream,
      clockAheadMs: ts ? Date.parse(ts) - Date.now() : 0,
      reading: new Map(),
      inFlight: new Set(),
      resetSeen: false,
      gone: deferred(),
    };
    this.connection = connection;
    void nc.closed().then((reason) => this.discard(connection, reason ?? 'disconnected'));
    if (known && !isSame) {
      this.options.log.error({ known, found }, 'the stream of the broker was begun anew');
      this.noteReset(connection);
    }
    for (const reader of this.readers) void this.attach(connection, reader);
    this.report();
  }

  private async attach(connection: Connection, reader: Reader): Promise<void> {
    try {
      const info = await reader.consumer(connection);
      const isWanted = () => this.connection === connection && !this.closing && this.readers.has(reader);
      if (!isWanted()) return;
      const messages = await connection.client.consumers.getConsumerFromInfo(info).consume({
        max_messages: reader.atOnce,
        expires: 30 * SECOND,
        idle_heartbeat: HEARTBEAT_MS,
        abort_on_missing_resource: true,
        callback: (message) => this.receive(connection, reader, message),
      });
      // Closed while it was begun: left in the list, it would be waited for without end.
      if (!isWanted()) return void messages.close();
      connection.reading.set(reader, messages);
      void this.watch(connection, reader, messages);
      reader.stood.resolve();
      this.report();
    } catch (error) {
      this.discard(connection, error);
    }
  }

  private receive(connection: Connection, reader: Reader, message: JsMsg): void {
    if (this.connection !== connection || !this.readers.has(reader)) return;
    connection.stream.newest = Math.max(connection.stream.newest, message.seq);
    reader.receive(message);
  }

  private async watch(connection: Connection, reader: Reader, messages: ConsumerMessages): Promise<void> {
    const isWanted = () => connection.reading.get(reader) === messages && !this.closing;
    void messages
      .closed()
      .then((reason) => isWanted() && this.discard(connection, reason ?? 'consumer ended'));
    for await (const { type } of messages.status())
      if (doubts.includes(type) && isWanted()) this.discard(connection, type);
  }

  /** The place of this group in a channel; replicas that make it at the same time make the same. */
  private async openDurable(connection: Connection, name: EventName): Promise<ConsumerInfo> {
    const { consumers } = connection.manager;
    const durable = `${this.options.group}_${name.replaceAll(':', '-')}`;
    const isNew = await consumers.info(stream.name, durable).then(
      () => false,
      (error: unknown) => {
        if (isApiError(error, JetStreamApiCodes.ConsumerNotFound)) return true;
        throw error;
      },
    );
    const info = await consumers.add(stream.name, {
      durable_name: durable,
      ...only(name),
      ack_policy: 'explicit',
      ack_wait: nanos(ACK_WAIT_MS),
      max_ack_pending: MAX_UNACKNOWLEDGED,
      max_deliver: -1,
      deliver_policy: 'all',
    });
    if (isNew) {
      this.options.log.info(
        { durable },
        'this group is new to the stream: it asks for what it may have missed',
      );
      this.noteReset(connection);
    }
    return info;
  }

  private noteReset(connection: Connection): void {
    if (connection.resetSeen || this.connection !== connection) return;
    connection.resetSeen = true;
    this.options.afterReset?.();
  }

  /** The one way out of a connection that is not closed in peace. */
  private discard(connection: Connection, reason: unknown): void {
    if (this.connection !== connection) return;
    this.connection = undefined;
    connection.gone.resolve();
    for (const end of connection.inFlight) end(reason);
    void connection.nc.close();
    this.report();
    this.failed(reason);
  }

  private failed(reason: unknown): void {
    if (this.closed) return;
    const waitMs = fullJitter(this.failures, RECONNECT);
    this.failures += 1;
    connectionsLost.inc();
    const level = this.failures === 1 ? 'warn' : 'debug';
    const { clientId, log } = this.options;
    log[level]({ reason: text(reason), clientId, waitMs }, 'no connection to the broker');
    this.reopening = setTimeout(() => void this.open(), waitMs);
  }

  private connected(): Connection {
    if (!this.connection || this.closed) throw new NotConnectedError('no connection to the broker');
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
        if (error === undefined) return resolve();
        const message = `${name} may or may not be stored: ${text(error)}`;
        reject(new UnknownOutcomeError(message, { cause: error }));
      };
      connection.inFlight.add(end);
      publishesInFlight.inc();
      connection.client.publish(subjectOf(name), body, { timeout: ANSWER_MS }).then(
        ({ seq }) => {
          connection.stream.newest = Math.max(connection.stream.newest, seq);
          end();
        },
        (error: unknown) => {
          end(error);
          // An answer in time, or none yet, says nothing against the connection; a stream that is gone does.
          if (!(error instanceof JetStreamApiError) && !(error instanceof errors.TimeoutError))
            this.discard(connection, error);
        },
      );
    });
  }

  private add(reader: Reader): void {
    this.readers.add(reader);
    if (this.connection) void this.attach(this.connection, reader);
    this.report();
  }

  private remove(reader: Reader): void {
    this.readers.delete(reader);
    reader.stood.resolve();
    const messages = this.connection?.reading.get(reader);
    this.connection?.reading.delete(reader);
    void messages?.close();
    this.report();
  }

  private report(): void {
    const isUp = this.status === 'up';
    busUp.set(isUp ? 1 : 0);
    if (!isUp || this.failures === 0) return;
    this.failures = 0;
    this.options.log.info({ clientId: this.options.clientId }, 'connected to the broker again');
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

  /** Consumers stop first; what they hand out meanwhile to nobody is delivered again, to another member. */
  private async leaveInPeace(): Promise<void> {
    for (const messages of this.connection?.reading.values() ?? []) void messages.close();
    await this.dispatcher.drain();
    while (this.window.running > 0) await delay(10);
    this.closed = true;
    const { connection } = this;
    if (connection) await Promise.race([connection.nc.drain(), connection.gone.promise]);
  }
}

/** The consumer of an observation: nothing is acknowledged, and it goes by itself once nobody reads it. */
const ephemeral = {
  ack_policy: 'none',
  mem_storage: true,
  num_replicas: 1,
  inactive_threshold: nanos(60 * SECOND),
} as const satisfies Partial<ConsumerConfig>;

function only(name: EventName): Pick<ConsumerConfig, 'filter_subject'> {
  return { filter_subject: subjectOf(name) };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

/** `order:created` is `events.order.created`. */
function subjectOf(name: EventName): string {
  return `events.${name.replaceAll(':', '.')}`;
}

/** Makes the stream, or takes it as it is: another replica or an operator may have made it. */
async function openStream({ streams }: JetStreamManager): Promise<StreamInfo> {
  try {
    return await streams.add({ ...stream, subjects: ['events.>'] });
  } catch (error) {
    if (!isApiError(error, STREAM_EXISTS)) throw error;
    return streams.info(stream.name);
  }
}

function isApiError(error: unknown, code: number): boolean {
  return error instanceof JetStreamApiError && error.code === code;
}

function serverOf(url: string): { servers: string; user?: string; pass?: string } {
  const { host, username, password } = new URL(url);
  if (!host) throw new Error(`${url} names no server`);
  if (!username) return { servers: host };
  return { servers: host, user: decodeURIComponent(username), pass: decodeURIComponent(password) };
}

function text(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
