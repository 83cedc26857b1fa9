/**
 * The event bus over NATS JetStream; the only file that knows it. A connection is thrown away at
 * the first doubt: a disconnect, a silent consumer, one that is gone.
 */
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
import { deferred } from './deferred.ts';
import { show } from './dispatch.ts';
import { ACK_WAIT_MS, CONNECT_TIMEOUT_MS, ReconnectingBus, SECOND } from './reconnecting-bus.ts';
import type { BusConnection, BusOptions, BusReader, End } from './reconnecting-bus.ts';
import type { EventBus, EventHandler, Observation } from '../event-bus.ts';
import type { CloudEvent, EventData, EventName } from '../events.ts';

type Reader = BusReader & {
  /** Messages that may be on their way to this process. */
  atOnce: number;
  /** Its consumer on the server, made when it is not there. */
  consumer: (connection: Connection) => Promise<ConsumerInfo>;
  receive: (message: JsMsg) => void;
};

type Connection = BusConnection & {
  nc: NatsConnection;
  manager: JetStreamManager;
  client: JetStreamClient;
  stream: Incarnation;
  /** The server's clock less ours. */
  clockAheadMs: number;
  /** The consumers that stand. */
  reading: Map<Reader, ConsumerMessages>;
};

/** What is the same as long as the stream is the same, and its newest message as far as it is known here. */
type Incarnation = { created: string; newest: number };

const ANSWER_MS = 5 * SECOND;
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
export function connectToJetStream(options: BusOptions): Promise<EventBus> {
  return new Promise((resolve) => resolve(new JetStreamBus(options)));
}

class JetStreamBus extends ReconnectingBus<Connection, Reader> implements EventBus {
  private readonly server: { servers: string; user?: string; pass?: string };
  private stream: Incarnation | undefined;

  constructor(options: BusOptions) {
    super(options);
    this.server = serverOf(options.url);
    void this.open();
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
    const start = (of: Incarnation, clockAheadMs: number) => {
      if (next?.of === of)
        return { deliver_policy: 'by_start_sequence', opt_start_seq: next.sequence } as const;
      if (!next && sinceMs === 0) return { deliver_policy: 'new' } as const;
      return { deliver_policy: 'by_start_time', opt_start_time: iso(from + clockAheadMs) } as const;
    };
    const reader: Reader = {
      atOnce: 1_024,
      stood: deferred(),
      consumer: async ({ manager, stream: current, clockAheadMs }) => {
        const info = await manager.consumers.add(stream.name, {
          ...ephemeral,
          ...start(current, clockAheadMs),
          ...only(name),
        });
        // Its place is a number as soon as it can be: times are as exact as two clocks and the way between them.
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

  protected async open(): Promise<void> {
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
      this.lost(error);
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
      connected: true,
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
    this.attachAll(connection);
  }

  protected async attach(connection: Connection, reader: Reader): Promise<void> {
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

  protected isStanding({ reading }: Connection): boolean {
    return reading.size === this.readers.size;
  }

  protected transmit(connection: Connection, name: EventName, body: string, end: End): void {
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
  }

  protected detach({ reading }: Connection, reader: Reader): void {
    const messages = reading.get(reader);
    reading.delete(reader);
    void messages?.close();
  }

  protected destroy({ nc }: Connection): void {
    void nc.close();
  }

  /** What consumers hand out after this, to nobody, is delivered again, to another member. */
  protected stopReading({ reading }: Connection): void {
    for (const messages of reading.values()) void messages.close();
  }

  protected leave({ nc }: Connection): Promise<void> {
    return nc.drain();
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
