/**
 * The event bus over NATS Streaming. Its client (node-nats-streaming 0.3.2) never registers again after a lost
 * connection, sends what was published during an outage at some later time, and reports acknowledgements more than once
 * or falsely. So the bus discards it with its socket after a disconnect, an error, or a subscription without an answer.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Message, Stan, Subscription, SubscriptionOptions } from 'node-nats-streaming';
import nats from 'node-nats-streaming';
import type { EventBus } from '../event-bus.ts';
import { NotPermittedError } from '../event-bus.ts';
import type { EventName } from '../events.ts';
import type { BusConnection, BusOptions, BusReader, ObserverOptions, Settle } from './connection.ts';
import { CONNECT_TIMEOUT_MS, messageOf, SECOND, withTls } from './connection.ts';
import { deferred } from './deferred.ts';
import type { Delivery } from './dispatch.ts';
import {
  closeSubscription,
  deliveryOf,
  destroyClient,
  isNewer,
  manualAck,
  positionOf,
  readPosition,
  socketOf,
} from './nats-streaming-client.ts';
import { isEmpty, measureLag } from './nats-streaming-monitor.ts';
import type { Position } from './position-store.ts';
import type { ChannelLog } from './positions.ts';
import { ReconnectingBus } from './reconnecting-bus.ts';

export type NatsStreamingOptions = BusOptions & {
  clusterId: string;
  /**
   * The broker's HTTP monitor, `http://host:port`: without it, the lag of the group is not measured, and an observation of an
   * empty channel is replayed 250 ms later.
   */
  monitorUrl?: string | undefined;
};

type Reader = BusReader & {
  group?: string;
  /** Sets where in the channel the subscription starts. */
  startAt: (options: SubscriptionOptions) => SubscriptionOptions;
  receive: (message: Message) => void;
  /** The sequence number of the first event that came on this connection and had not been delivered to the group before. */
  firstNew?: number;
  /** Called each time its subscription becomes active. */
  onActive?: (connection: Connection) => void;
};

type Connection = BusConnection<Reader> & {
  stan: Stan;
  socket: ReturnType<typeof socketOf>;
  subscriptions: Map<Reader, Subscription>;
  /** The channel of each publish in flight, for a refusal, which names only the channel. */
  channels: Map<Settle, EventName>;
};

/** How long the server may refuse our client id before the bus takes another one. */
const CLIENT_ID_TIMEOUT_MS = 30 * SECOND;
/** After a reconnect an observation restarts this long before the last event seen: longer than any undetected outage. */
const OVERLAP_MS = 30 * SECOND;
/** After such a silence, a channel has no message to send. An observation can correct itself, a comparison cannot. */
const EMPTY_CHANNEL_MS = 250;
const SILENCE_MS = 5 * SECOND;
/** How long an event of a backlog may take to arrive. */
const NEW_EVENT_MS = 2 * SECOND;
const MAX_UNACKNOWLEDGED = 128;
const MAX_UNACKNOWLEDGED_BY_OBSERVER = 1_024;

/**
 * Resolves at once with a bus that connects in the background and retries until it succeeds; see `ready()` and
 * `status`. Rejects when `url` is malformed.
 */
export function connectToNats(options: NatsStreamingOptions): Promise<EventBus> {
  return new Promise((resolve) => resolve(new NatsStreamingBus(options)));
}

class NatsStreamingBus extends ReconnectingBus<Connection, Reader> {
  private readonly clusterId: string;
  private readonly monitorUrl: string | undefined;
  private clientIdRefusedAt: number | undefined;

  constructor(options: NatsStreamingOptions) {
    super(options);
    this.clusterId = options.clusterId;
    this.monitorUrl = options.monitorUrl;
    this.open();
  }

  protected groupReader(name: EventName, deliver: (delivery: Delivery) => void): Reader {
    const { group } = this.options;
    const reader: Reader = {
      name,
      group,
      activated: deferred(),
      startAt: (options) =>
        options.setDeliverAllAvailable().setDurableName(group).setMaxInFlight(MAX_UNACKNOWLEDGED),
      receive: (message) => {
        if (!message.isRedelivered()) reader.firstNew ??= message.getSequence();
        deliver(deliveryOf(name, message));
      },
    };
    return reader;
  }

  protected catchUpReader(name: EventName, sequence: number, deliver: (delivery: Delivery) => void): Reader {
    return {
      name,
      activated: deferred(),
      startAt: (options) => options.setStartAtSequence(sequence).setMaxInFlight(MAX_UNACKNOWLEDGED),
      receive: (message) => deliver(deliveryOf(name, message)),
    };
  }

  /**
   * The protocol does not say how far the group is. The first event that the group gets and never got before does, and
   * when none comes, the group is at the end.
   */
  protected async readLog(
    connection: Connection,
    reader: Reader,
    position: Position | undefined,
  ): Promise<ChannelLog> {
    const { name } = reader;
    const last = await this.newest(connection, name, SILENCE_MS);
    const [from, end] = [position?.sequence ?? 0, last?.sequence ?? 0];
    const next =
      position && from <= end && end > 0
        ? await this.readFirst(connection, name, SILENCE_MS, (options) =>
            options.setStartAtSequence(Math.max(1, from)),
          )
        : undefined;
    for (let waited = 0; from < end && reader.firstNew === undefined && waited < NEW_EVENT_MS; waited += 50)
      await delay(50);
    return {
      first: next?.sequence ?? 0,
      last,
      storedAt: next?.sequence === from ? next.time : undefined,
      passed: Math.min(end, (reader.firstNew ?? Infinity) - 1),
    };
  }

  private newest(connection: Connection, name: EventName, silenceMs: number): Promise<Position | undefined> {
    return this.readFirst(connection, name, silenceMs, (options) => options.setStartWithLastReceived());
  }

  /** Resolves with the first message from `startAt` on; never when the connection is discarded before. */
  private readFirst(
    connection: Connection,
    name: EventName,
    silenceMs: number,
    startAt: Reader['startAt'],
  ): Promise<Position | undefined> {
    return new Promise((found) => {
      const inUse = () => this.connection === connection;
      const subscription = readPosition(connection.stan, name, { startAt, silenceMs, inUse, found });
      this.discardIfRefused(connection, subscription);
    });
  }

  protected observerReader(name: EventName, { sinceMs, deliver, replayed }: ObserverOptions): Reader {
    let from = Date.now() - sinceMs;
    let seen: Position | undefined;
    let lastStored: number | undefined;
    const checkReplayed = () => {
      if (lastStored !== undefined && (seen?.sequence ?? Infinity) >= lastStored) replayed();
    };
    const replayTo = (newest: number) => {
      lastStored ??= newest;
      checkReplayed();
    };
    return {
      name,
      activated: deferred(),
      startAt: (options) =>
        options.setStartAtTimeDelta(Date.now() - from).setMaxInFlight(MAX_UNACKNOWLEDGED_BY_OBSERVER),
      onActive: (connection) => {
        if (lastStored !== undefined) return;
        void this.newest(connection, name, EMPTY_CHANNEL_MS).then((newest) =>
          replayTo(newest?.sequence ?? 0),
        );
        // Every start of a service waits for this, and most shops have no ended session yet.
        if (this.monitorUrl && sinceMs > 0)
          void isEmpty(this.monitorUrl, name).then((empty) => empty && replayTo(0));
      },
      receive: (message) => {
        const position = positionOf(message);
        if (!seen || isNewer(position, seen)) {
          deliver({ sequence: position.sequence, body: message.getRawData() });
          seen = position;
          from = Math.min(position.time, Date.now()) - OVERLAP_MS;
        }
        message.ack();
        checkReplayed();
      },
    };
  }

  protected open(): void {
    const stan = nats.connect(this.clusterId, this.clientId, {
      url: this.options.url,
      ...withTls(this.options),
      maxReconnectAttempts: 0,
      connectTimeout: CONNECT_TIMEOUT_MS,
      ackTimeout: 5 * SECOND,
      stanPingInterval: 5 * SECOND,
      stanMaxPingOut: 3,
    });
    const connection: Connection = {
      ...this.newConnection(false),
      stan,
      socket: socketOf(stan),
      subscriptions: new Map(),
      channels: new Map(),
    };
    this.connection = connection;
    // The client waits without limit for a server that accepts the connection but does not answer.
    const timeout = setTimeout(() => this.discard(connection, 'no answer'), 2 * CONNECT_TIMEOUT_MS);
    void connection.discarded.promise.then(() => clearTimeout(timeout));
    stan.on('connect', () => {
      clearTimeout(timeout);
      connection.connected = true;
      this.clientIdRefusedAt = undefined;
      const group = { group: this.options.group, readers: this.readers };
      if (this.monitorUrl) measureLag(this.monitorUrl, group, connection.discarded.promise);
      this.attachAll(connection);
    });
    stan.nc?.on('permission_error', (error) => this.refusePublishes(connection, error));
    for (const event of ['error', 'connection_lost', 'disconnect', 'close'])
      stan.on(event, (reason?: unknown) => this.discard(connection, reason ?? event));
  }

  protected attach(connection: Connection, reader: Reader): void {
    const { stan, subscriptions } = connection;
    const options = reader.startAt(manualAck(stan));
    delete reader.firstNew;
    const subscription = reader.group
      ? stan.subscribe(reader.name, reader.group, options)
      : stan.subscribe(reader.name, options);
    subscriptions.set(reader, subscription);
    this.discardIfRefused(connection, subscription);
    subscription.on('message', (message: Message) => reader.receive(message));
    subscription.on('ready', () => {
      if (!this.readers.has(reader)) return void closeSubscription(subscription);
      this.markActive(connection, reader);
      reader.onActive?.(connection);
    });
  }

  private discardIfRefused(connection: Connection, subscription: Subscription): void {
    for (const event of ['error', 'timeout'])
      // Not at once: the client goes on to use the connection after it has emitted the event.
      subscription.on(event, (reason: unknown) => setImmediate(() => this.discard(connection, reason)));
  }

  protected send({ stan, channels }: Connection, name: EventName, body: string, settle: Settle): void {
    channels.set(settle, name);
    stan.publish(name, body, (error) => {
      channels.delete(settle);
      settle(error);
    });
  }

  /** The broker drops a publish that its user may not make; without this, the publish would time out. */
  private refusePublishes({ channels }: Connection, { message }: Error): void {
    this.options.log.error({ reason: message, alarm: true }, 'the broker refuses a subject');
    for (const [settle, name] of channels)
      if (message.includes(`.${name}"`)) settle(new NotPermittedError(message));
  }

  protected ping({ stan }: Connection): Promise<void> {
    return new Promise((answered) => stan.nc?.flush(answered));
  }

  protected destroy({ stan, socket }: Connection): void {
    destroyClient(stan, socket);
  }

  protected override reconnectLater(reason: unknown): void {
    if (messageOf(reason).includes('clientID already registered')) this.handleRefusedClientId();
    super.reconnectLater(reason);
  }

  /** The server drops a dead client well within the timeout: after that, another live process uses our id. */
  private handleRefusedClientId(): void {
    this.clientIdRefusedAt ??= Date.now();
    if (Date.now() - this.clientIdRefusedAt < CLIENT_ID_TIMEOUT_MS) return;
    this.clientId = `${this.options.clientId}-${randomBytes(3).toString('hex')}`;
    this.options.log.warn({ clientId: this.clientId }, 'client id already in use, using another one');
  }

  protected detach({ active, subscriptions }: Connection, reader: Reader): void {
    const subscription = subscriptions.get(reader);
    subscriptions.delete(reader);
    // One that is not active yet is closed when its 'ready' event comes.
    if (subscription && active.has(reader)) void closeSubscription(subscription);
  }

  protected stopReading(): void {
    // Acknowledgements on a closed subscription are lost, so `disconnect` closes the subscriptions after the last one.
  }

  protected async disconnect({ stan, active, subscriptions }: Connection): Promise<void> {
    const open = [...subscriptions].filter(([reader]) => active.has(reader));
    await Promise.all(open.map(([, subscription]) => closeSubscription(subscription)));
    stan.close();
    await once(stan, 'close');
  }
}
