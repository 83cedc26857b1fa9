/**
 * The event bus over NATS Streaming; the only file that knows it. The client (node-nats-streaming 0.3.2) never
 * registers again after a lost connection, keeps what is published while it is away for some later moment, and
 * reports acknowledgements more than once or falsely. So the whole object is thrown away with its socket at the first
 * doubt: a disconnect, an error, a subscription refused or unanswered.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import nats from 'node-nats-streaming';
import type { Message, Stan, Subscription, SubscriptionOptions } from 'node-nats-streaming';
import { deferred } from './deferred.ts';
import { show } from './dispatch.ts';
import { ACK_WAIT_MS, CONNECT_TIMEOUT_MS, ReconnectingBus, SECOND, text } from './reconnecting-bus.ts';
import type { BusConnection, BusOptions, BusReader, End } from './reconnecting-bus.ts';
import type { EventBus, EventHandler, Observation } from '../event-bus.ts';
import type { CloudEvent, EventData, EventName } from '../events.ts';

export type NatsStreamingOptions = BusOptions & { clusterId: string };

/** What exists in the client but not in its types. `nc` is the connection below, the only way to close at once. */
declare module 'node-nats-streaming' {
  interface Message {
    getRedeliveryCount(): number;
  }
  interface Stan {
    nc?: { stream: Socket | null; close(): void; on(event: 'error', listener: () => void): void };
  }
}

type Reader = BusReader & {
  name: EventName;
  group?: string;
  position: (options: SubscriptionOptions) => SubscriptionOptions;
  receive: (message: Message) => void;
  /** Called each time its subscription stands. */
  stands?: (connection: Connection) => void;
};

type Connection = BusConnection & {
  stan: Stan;
  /** Readers by their subscription, and whether it stands. */
  subscriptions: Map<Reader, { subscription: Subscription; stands: boolean }>;
};

type Position = { sequence: number; time: number };

const CLIENT_ID_PATIENCE_MS = 30 * SECOND;
/** An observation starts again this much before the last event seen: more than any undetected silence lasts. */
const OVERLAP_MS = 30 * SECOND;
const QUIET_MS = 250;

/** Returns at once with a bus that connects by itself for as long as it takes; see `ready()` and `status`. */
export function connectToNats(options: NatsStreamingOptions): Promise<EventBus> {
  return new Promise((resolve) => resolve(new NatsStreamingBus(options)));
}

class NatsStreamingBus extends ReconnectingBus<Connection, Reader> implements EventBus {
  private readonly clusterId: string;
  private readonly newest = new Map<EventName, Position>();
  private clientIdRefusedAt: number | undefined;

  constructor(options: NatsStreamingOptions) {
    super(options);
    this.clusterId = options.clusterId;
    this.open();
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

  protected open(): void {
    const stan = nats.connect(this.clusterId, this.clientId, {
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
      this.attachAll(connection);
    });
    for (const sign of ['error', 'connection_lost', 'disconnect', 'close'])
      stan.on(sign, (reason?: unknown) => this.discard(connection, reason ?? sign));
  }

  protected attach(connection: Connection, reader: Reader): void {
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

  protected isStanding({ subscriptions }: Connection): boolean {
    const standing = [...subscriptions.values()].filter(({ stands }) => stands);
    return standing.length === this.readers.size;
  }

  protected transmit({ stan }: Connection, name: EventName, body: string, end: End): void {
    stan.publish(name, body, (error) => end(error));
  }

  protected destroy({ stan }: Connection): void {
    destroy(stan);
  }

  protected override lost(reason: unknown): void {
    if (text(reason).includes('clientID already registered')) this.noteRefusedClientId();
    super.lost(reason);
  }

  /** Who answers under our id after this long is no ghost of ours but somebody who lives. */
  private noteRefusedClientId(): void {
    this.clientIdRefusedAt ??= Date.now();
    if (Date.now() - this.clientIdRefusedAt < CLIENT_ID_PATIENCE_MS) return;
    this.clientId = `${this.options.clientId}-${randomBytes(3).toString('hex')}`;
    this.options.log.warn({ clientId: this.clientId }, 'client id is taken: another one is used');
  }

  protected detach({ subscriptions }: Connection, reader: Reader): void {
    const state = subscriptions.get(reader);
    subscriptions.delete(reader);
    if (state?.stands) void leave(state.subscription);
  }

  protected stopReading(): void {
    // Acknowledgements on a closed subscription go nowhere, so subscriptions are closed after the last of them.
  }

  protected async leave({ stan, subscriptions }: Connection): Promise<void> {
    const standing = [...subscriptions.values()].filter(({ stands }) => stands);
    await Promise.all(standing.map(({ subscription }) => leave(subscription)));
    stan.close();
    await once(stan, 'close');
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
    this.options.log.error({ channel: name, newest, position }, 'the store of the broker was reset');
    this.noteReset(connection);
  }
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
