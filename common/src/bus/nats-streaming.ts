/**
 * The event bus over NATS Streaming. Its client (node-nats-streaming 0.3.2) never registers again after a lost
 * connection, sends what was published during an outage at some later time, and reports acknowledgements more than once
 * or falsely. So the bus discards it with its socket after a disconnect, an error, or a subscription without an answer.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Message, Stan, Subscription, SubscriptionOptions } from 'node-nats-streaming';
import nats from 'node-nats-streaming';
import type { EventBus } from '../event-bus.ts';
import { NotPermittedError } from '../event-bus.ts';
import type { EventName } from '../events.ts';
import type { BusConnection, BusOptions, BusReader, ObserverOptions, Settle } from './connection.ts';
import { CONNECT_TIMEOUT_MS, messageOf, SECOND, withTls } from './connection.ts';
import { deferred } from './deferred.ts';
import type { Delivery } from './dispatch.ts';
import type { Position } from './nats-streaming-client.ts';
import {
  closeSubscription,
  destroyClient,
  isNewer,
  manualAck,
  positionOf,
  readLastSequence,
  socketOf,
} from './nats-streaming-client.ts';
import { ReconnectingBus } from './reconnecting-bus.ts';

export type NatsStreamingOptions = BusOptions & { clusterId: string };

type Reader = BusReader & {
  group?: string;
  /** Sets where in the channel the subscription starts. */
  startAt: (options: SubscriptionOptions) => SubscriptionOptions;
  receive: (message: Message) => void;
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
  private readonly newest = new Map<EventName, Position>();
  private clientIdRefusedAt: number | undefined;

  constructor(options: NatsStreamingOptions) {
    super(options);
    this.clusterId = options.clusterId;
    this.open();
  }

  protected groupReader(name: EventName, deliver: (delivery: Delivery) => void): Reader {
    const { group } = this.options;
    return {
      name,
      group,
      activated: deferred(),
      startAt: (options) =>
        options.setDeliverAllAvailable().setDurableName(group).setMaxInFlight(MAX_UNACKNOWLEDGED),
      receive: (message) =>
        deliver({
          channel: name,
          sequence: message.getSequence(),
          body: message.getRawData(),
          storedAt: message.getTimestamp().getTime(),
          redeliveries: message.getRedeliveryCount(),
          ack: () => message.ack(),
        }),
    };
  }

  protected observerReader(name: EventName, { sinceMs, deliver, replayed }: ObserverOptions): Reader {
    let from = Date.now() - sinceMs;
    let seen: Position | undefined;
    let lastStored: number | undefined;
    const checkReplayed = () => {
      if (lastStored !== undefined && (seen?.sequence ?? Infinity) >= lastStored) replayed();
    };
    return {
      name,
      activated: deferred(),
      startAt: (options) =>
        options.setStartAtTimeDelta(Date.now() - from).setMaxInFlight(MAX_UNACKNOWLEDGED_BY_OBSERVER),
      onActive: (connection) => {
        if (lastStored !== undefined) return;
        const probe = readLastSequence(connection.stan, name, {
          inUse: () => this.connection === connection,
          found(sequence) {
            lastStored = sequence;
            checkReplayed();
          },
        });
        this.discardIfRefused(connection, probe);
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
      this.attachAll(connection);
    });
    stan.nc?.on('permission_error', (error) => this.refusePublishes(connection, error));
    for (const event of ['error', 'connection_lost', 'disconnect', 'close'])
      stan.on(event, (reason?: unknown) => this.discard(connection, reason ?? event));
  }

  protected attach(connection: Connection, reader: Reader): void {
    const { stan, subscriptions } = connection;
    const options = reader.startAt(manualAck(stan));
    const subscription = reader.group
      ? stan.subscribe(reader.name, reader.group, options)
      : stan.subscribe(reader.name, options);
    subscriptions.set(reader, subscription);
    this.discardIfRefused(connection, subscription);
    subscription.on('message', (message: Message) => {
      this.detectReset(connection, reader.name, positionOf(message));
      reader.receive(message);
    });
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

  /** A smaller sequence number with a later time is neither a redelivery nor a replay: the channel was recreated. */
  private detectReset(connection: Connection, name: EventName, position: Position): void {
    const newest = this.newest.get(name);
    if (newest && !isNewer(position, newest)) return;
    this.newest.set(name, position);
    if (!newest || position.sequence > newest.sequence || connection.resetReported) return;
    this.options.log.error({ channel: name, newest, position }, 'broker store was reset, events may be lost');
    this.reportReset(connection);
  }
}
