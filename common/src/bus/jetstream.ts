/**
 * The event bus over NATS JetStream. A connection is discarded at the first sign of trouble: a disconnect, or a consumer
 * that is silent or deleted.
 */
import type {
  ConsumerInfo,
  ConsumerMessages,
  JetStreamClient,
  JetStreamManager,
  JsMsg,
  StreamInfo,
} from '@nats-io/jetstream';
import { JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { errors } from '@nats-io/transport-node';
import type { EventBus } from '../event-bus.ts';
import { NotPermittedError } from '../event-bus.ts';
import type { EventName } from '../events.ts';
import type { BusConnection, BusOptions, BusReader, ObserverOptions, Settle } from './connection.ts';
import { SECOND } from './connection.ts';
import { deferred } from './deferred.ts';
import type { Delivery } from './dispatch.ts';
import type { KnownStream, Server, Start } from './jetstream-server.ts';
import {
  connectToServer,
  consume,
  consumerFailures,
  deliveryOf,
  MAX_UNACKNOWLEDGED,
  measureStream,
  openCatchUpConsumer,
  openDurableConsumer,
  openObserverConsumer,
  openStream,
  permissionViolation,
  readChannelLog,
  recognizeStream,
  serverOf,
  subjectOf,
} from './jetstream-server.ts';
import type { Position } from './position-store.ts';
import type { ChannelLog } from './positions.ts';
import { ReconnectingBus } from './reconnecting-bus.ts';

type Reader = BusReader & {
  /** How many messages may be on their way to this process. */
  maxMessages: number;
  /** Opens the reader's consumer on the server, and creates it when it does not exist. */
  openConsumer: (connection: Connection) => Promise<ConsumerInfo>;
  /** The consumer of the group before this process got anything from it on this connection. */
  atConnect?: ConsumerInfo;
  receive: (message: JsMsg) => void;
};

type Connection = BusConnection<Reader> & {
  nc: NatsConnection;
  manager: JetStreamManager;
  client: JetStreamClient;
  stream: KnownStream;
  /** The server's clock minus ours. */
  clockAheadMs: number;
  consumers: Map<Reader, ConsumerMessages>;
};

const ANSWER_MS = 5 * SECOND;
const MAX_MESSAGES_TO_OBSERVER = 1_024;

/**
 * Resolves at once with a bus that connects in the background and retries until it succeeds; see `ready()` and
 * `status`. Rejects when `url` is malformed.
 */
export function connectToJetStream(options: BusOptions): Promise<EventBus> {
  return new Promise((resolve) => resolve(new JetStreamBus(options)));
}

class JetStreamBus extends ReconnectingBus<Connection, Reader> {
  private readonly server: Server;
  private stream: KnownStream | undefined;

  constructor(options: BusOptions) {
    super(options);
    this.server = serverOf(options);
    void this.open();
  }

  protected groupReader(name: EventName, deliver: (delivery: Delivery) => void): Reader {
    const { group } = this.options;
    const reader: Reader = {
      name,
      activated: deferred(),
      maxMessages: MAX_UNACKNOWLEDGED,
      async openConsumer({ manager }) {
        const info = await openDurableConsumer(manager, group, name);
        reader.atConnect = info;
        return info;
      },
      receive: (message) => deliver(deliveryOf(name, message)),
    };
    return reader;
  }

  protected catchUpReader(name: EventName, sequence: number, deliver: (delivery: Delivery) => void): Reader {
    return {
      name,
      activated: deferred(),
      maxMessages: MAX_UNACKNOWLEDGED,
      openConsumer: ({ manager }) => openCatchUpConsumer(manager, name, sequence),
      receive: (message) => deliver(deliveryOf(name, message)),
    };
  }

  protected observerReader(name: EventName, { sinceMs, deliver, replayed }: ObserverOptions): Reader {
    let from = Date.now() - sinceMs;
    let next: { of: KnownStream; sequence: number } | undefined;
    let toReplay = Infinity;
    let delivered = 0;
    const start = ({ stream, clockAheadMs }: Connection): Start => {
      if (next?.of === stream) return { sequence: next.sequence };
      return !next && sinceMs === 0 ? 'next' : { timeMs: from + clockAheadMs };
    };
    return {
      name,
      activated: deferred(),
      maxMessages: MAX_MESSAGES_TO_OBSERVER,
      openConsumer: async (connection) => {
        const info = await openObserverConsumer(connection.manager, name, start(connection));
        // Continue by sequence number from here on: a time is only as exact as two clocks and the network between them.
        if (next?.of !== connection.stream)
          next = { of: connection.stream, sequence: info.delivered.stream_seq + 1 };
        delivered = 0;
        toReplay = info.num_pending;
        if (toReplay === 0) replayed();
        return info;
      },
      receive: (message) => {
        const { connection } = this;
        if (!connection) return;
        delivered += 1;
        if (message.info.deliverySequence !== delivered)
          return this.discard(connection, `observer of ${name} missed a message`);
        deliver({ sequence: message.seq, body: Buffer.from(message.data) });
        next = { of: connection.stream, sequence: message.seq + 1 };
        from = message.time.getTime() - connection.clockAheadMs;
        if (delivered >= toReplay) replayed();
      },
    };
  }

  protected async open(): Promise<void> {
    let nc: NatsConnection | undefined;
    try {
      nc = await connectToServer(this.server, this.options.clientId);
      const manager = await jetstreamManager(nc, { timeout: ANSWER_MS });
      const info = await openStream(manager, this.options.maxLogBytes);
      if (this.closed) return await nc.close();
      this.useConnection(nc, manager, info);
    } catch (error) {
      void nc?.close();
      this.reconnectLater(error);
    }
  }

  private useConnection(nc: NatsConnection, manager: JetStreamManager, info: StreamInfo): void {
    this.stream = recognizeStream(this.stream, info);
    const connection: Connection = {
      ...this.newConnection(true),
      nc,
      manager,
      client: manager.jetstream(),
      stream: this.stream,
      clockAheadMs: info.ts ? Date.parse(info.ts) - Date.now() : 0,
      consumers: new Map(),
    };
    this.connection = connection;
    void nc.closed().then((reason) => this.discard(connection, reason ?? 'disconnected'));
    const group = { group: this.options.group, readers: this.readers };
    measureStream(manager, group, connection.discarded.promise);
    this.attachAll(connection);
  }

  protected async attach(connection: Connection, reader: Reader): Promise<void> {
    try {
      const info = await reader.openConsumer(connection);
      const isWanted = () => this.connection === connection && !this.closing && this.readers.has(reader);
      if (!isWanted()) return;
      const messages = await consume(connection.client, info, reader.maxMessages, (message) =>
        this.receive(connection, reader, message),
      );
      // The reader may have been removed meanwhile: an open consumer would keep `disconnect` waiting.
      if (!isWanted()) return void messages.close();
      connection.consumers.set(reader, messages);
      void this.watch(connection, reader, messages);
      this.markActive(connection, reader);
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
    const isWanted = () => connection.consumers.get(reader) === messages && !this.closing;
    void messages
      .closed()
      .then((reason) => isWanted() && this.discard(connection, reason ?? 'consumer ended'));
    for await (const { type } of messages.status())
      if (consumerFailures.includes(type) && isWanted()) this.discard(connection, type);
  }

  protected readLog(
    { manager }: Connection,
    { name, atConnect }: Reader,
    position: Position | undefined,
  ): Promise<ChannelLog> {
    return readChannelLog(manager, name, { position, group: atConnect });
  }

  protected send(connection: Connection, name: EventName, body: string, settle: Settle): void {
    connection.client.publish(subjectOf(name), body, { timeout: ANSWER_MS }).then(
      ({ seq }) => {
        connection.stream.newest = Math.max(connection.stream.newest, seq);
        settle();
      },
      (error: unknown) => {
        const refusal = permissionViolation(error);
        if (refusal) {
          this.options.log.error({ reason: refusal.message, alarm: true }, 'the broker refuses a subject');
          return settle(new NotPermittedError(refusal.message));
        }
        settle(error);
        // After an error response or a time-out the connection may still work; any other error means that it is broken.
        if (!(error instanceof JetStreamApiError) && !(error instanceof errors.TimeoutError))
          this.discard(connection, error);
      },
    );
  }

  protected detach({ consumers }: Connection, reader: Reader): void {
    const messages = consumers.get(reader);
    consumers.delete(reader);
    void messages?.close();
  }

  protected ping({ nc }: Connection): Promise<void> {
    return nc.flush();
  }

  protected destroy({ nc }: Connection): void {
    void nc.close();
  }

  /** The server redelivers unacknowledged messages of a closed consumer to another member of the group. */
  protected stopReading({ consumers }: Connection): void {
    for (const messages of consumers.values()) void messages.close();
  }

  protected disconnect({ nc }: Connection): Promise<void> {
    return nc.drain();
  }
}
