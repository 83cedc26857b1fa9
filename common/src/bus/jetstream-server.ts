/** The connection, the stream and the consumers that the bus uses on a JetStream server. */
import type {
  ConsumerConfig,
  ConsumerInfo,
  ConsumerMessages,
  JetStreamClient,
  JetStreamManager,
  JsMsg,
  StreamInfo,
} from '@nats-io/jetstream';
import { JetStreamApiError } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { connect, errors, nanos } from '@nats-io/transport-node';
import type { EventName } from '../events.ts';
import type { BusOptions } from './connection.ts';
import { ACK_WAIT_MS, CONNECT_TIMEOUT_MS, SECOND, withTls } from './connection.ts';
import type { Delivery } from './dispatch.ts';
import { busLag, logUsedRatio } from './metrics.ts';
import type { Position } from './position-store.ts';
import type { ChannelLog } from './positions.ts';

/** One stream holds all events, so that one fsync serves many publishers. */
const STREAM = 'TICKETING';
const MEASURE_MS = 15 * SECOND;
const STREAM_NOT_FOUND = 10_059;
export const MAX_UNACKNOWLEDGED = 128;
/** The client's notifications after which a consumer no longer receives reliably. */
export const consumerFailures = [
  'heartbeats_missed',
  'consumer_not_found',
  'consumer_deleted',
  'stream_not_found',
  'no_responders',
];

export type Server = { servers: string; user?: string; pass?: string; tls?: { host: string; ca?: string } };

/** Reads `nats://user:password@host:port`, or the same with `tls://`. Throws when the URL is malformed. */
export function serverOf({ url, ca }: Pick<BusOptions, 'url' | 'ca'>): Server {
  const { host, username, password } = new URL(url);
  // The message does not quote the address, which may contain a password.
  if (!host) throw new Error('the address of the broker has no host');
  const server = { servers: host, ...withTls({ url, ca }) };
  if (!username) return server;
  return { ...server, user: decodeURIComponent(username), pass: decodeURIComponent(password) };
}

/** Connects once: the client does not reconnect by itself, because the bus opens a new connection instead. */
export function connectToServer(server: Server, clientId: string): Promise<NatsConnection> {
  return connect({
    ...server,
    name: clientId,
    reconnect: false,
    ignoreClusterUpdates: true,
    timeout: CONNECT_TIMEOUT_MS,
    pingInterval: 5 * SECOND,
    maxPingOut: 2,
  });
}

/** `order:created` is published to `events.order.created`. */
export function subjectOf(name: EventName): string {
  return `events.${name.replaceAll(':', '.')}`;
}

/**
 * Returns the existing stream unchanged, because operators may set its options, such as `replicas`, or creates it. A stream of
 * `maxBytes` refuses further events, which then wait in the outboxes: discarding the oldest would lose those that no service
 * has handled. It is not created without looking for it: the server first checks whether there is room for another one of
 * that size. When two processes create it at once, one of them can be refused, and finds it when it connects again.
 */
export async function openStream({ streams }: JetStreamManager, maxBytes = -1): Promise<StreamInfo> {
  try {
    return await streams.info(STREAM);
  } catch (error) {
    if (!isApiError(error, STREAM_NOT_FOUND)) throw error;
  }
  return streams.add({
    name: STREAM,
    subjects: ['events.>'],
    storage: 'file',
    retention: 'limits',
    discard: 'new',
    max_bytes: maxBytes,
    max_age: nanos(720 * 3_600 * SECOND),
  });
}

/** The stream until it is recreated (the object's identity), and its newest message as far as this process knows. */
export type KnownStream = { created: string; newest: number };

/** The known stream with its newest message, or another object when the stream was recreated since. */
export function recognizeStream(
  known: KnownStream | undefined,
  { created, state: { last_seq: newest } }: StreamInfo,
): KnownStream {
  const isSame = known?.created === created && newest >= known.newest;
  return isSame ? Object.assign(known, { newest }) : { created, newest };
}

/**
 * Reports how full the stream is, and how far the group is behind in the channels of `readers`, until the connection has
 * `ended`. A failure shows in the connection itself.
 */
export function measureStream(
  { streams, consumers }: JetStreamManager,
  { group, readers }: { group: string; readers: Iterable<{ name: EventName }> },
  ended: Promise<void>,
): void {
  const measure = async () => {
    const { config, state } = await streams.info(STREAM);
    logUsedRatio.set(config.max_bytes > 0 ? state.bytes / config.max_bytes : 0);
    for (const channel of new Set(Array.from(readers, ({ name }) => name)))
      await consumers.info(STREAM, durableName(group, channel)).then(
        ({ num_pending, num_ack_pending }) => busLag.set({ channel }, num_pending + num_ack_pending),
        () => undefined, // a channel that is only observed has no durable consumer
      );
  };
  const timer = setInterval(() => void measure().catch(() => undefined), MEASURE_MS).unref();
  void ended.then(() => clearInterval(timer));
}

function durableName(group: string, name: EventName): string {
  return `${group}_${name.replaceAll(':', '-')}`;
}

const acknowledging = {
  ack_policy: 'explicit',
  ack_wait: nanos(ACK_WAIT_MS),
  max_ack_pending: MAX_UNACKNOWLEDGED,
  max_deliver: -1,
} as const;

/**
 * Opens the durable consumer of a queue group for one channel. Replicas that create it at the same time create the same
 * one.
 */
export function openDurableConsumer(
  { consumers }: JetStreamManager,
  group: string,
  name: EventName,
): Promise<ConsumerInfo> {
  return consumers.add(STREAM, {
    ...acknowledging,
    durable_name: durableName(group, name),
    filter_subject: subjectOf(name),
    deliver_policy: 'all',
  });
}

/** Opens a consumer of this process alone from a sequence number on; the server deletes it when it is unused. */
export function openCatchUpConsumer(
  { consumers }: JetStreamManager,
  name: EventName,
  sequence: number,
): Promise<ConsumerInfo> {
  return consumers.add(STREAM, {
    ...acknowledging,
    ...startConfig({ sequence }),
    ...ofOneProcess,
    filter_subject: subjectOf(name),
  });
}

/** What the stream has of a channel, seen from a position of the group whose consumer was `group`. */
export async function readChannelLog(
  { streams }: JetStreamManager,
  name: EventName,
  { position, group }: { position: Position | undefined; group: ConsumerInfo | undefined },
): Promise<ChannelLog> {
  const [{ state }, last, at] = await Promise.all([
    streams.info(STREAM),
    streams.getMessage(STREAM, { last_by_subj: subjectOf(name) }),
    position?.sequence ? streams.getMessage(STREAM, { seq: position.sequence }) : null,
  ]);
  const removed = group?.num_pending ? state.first_seq - 1 : 0;
  return {
    first: state.first_seq,
    last: last ? { sequence: last.seq, time: last.time.getTime() } : undefined,
    storedAt: at?.time.getTime(),
    passed: Math.min(last?.seq ?? 0, Math.max(group?.delivered.stream_seq ?? 0, removed)),
  };
}

/** Where an observation starts: at a sequence number, at a time in milliseconds since 1970, or with the next event. */
export type Start = { sequence: number } | { timeMs: number } | 'next';

const ofOneProcess = { mem_storage: true, num_replicas: 1, inactive_threshold: nanos(60 * SECOND) };

/** Opens the consumer of an observation: it acknowledges nothing, and the server deletes it when it is unused. */
export function openObserverConsumer(
  { consumers }: JetStreamManager,
  name: EventName,
  start: Start,
): Promise<ConsumerInfo> {
  return consumers.add(STREAM, {
    ...startConfig(start),
    ...ofOneProcess,
    filter_subject: subjectOf(name),
    ack_policy: 'none',
  });
}

/** Starts to receive the messages of a consumer, at most `maxMessages` ahead of their processing. */
export function consume(
  client: JetStreamClient,
  info: ConsumerInfo,
  maxMessages: number,
  callback: (message: JsMsg) => void,
): Promise<ConsumerMessages> {
  return client.consumers.getConsumerFromInfo(info).consume({
    max_messages: maxMessages,
    expires: 30 * SECOND,
    idle_heartbeat: 5 * SECOND,
    abort_on_missing_resource: true,
    callback,
  });
}

function startConfig(start: Start): Partial<ConsumerConfig> {
  if (start === 'next') return { deliver_policy: 'new' };
  if ('sequence' in start) return { deliver_policy: 'by_start_sequence', opt_start_seq: start.sequence };
  return { deliver_policy: 'by_start_time', opt_start_time: new Date(start.timeMs).toISOString() };
}

/** The broker's refusal of a subject that caused the error, if one did. */
export function permissionViolation(error: unknown): Error | undefined {
  if (error instanceof errors.PermissionViolationError) return error;
  return error instanceof Error && error.cause ? permissionViolation(error.cause) : undefined;
}

function isApiError(error: unknown, code: number): boolean {
  return error instanceof JetStreamApiError && error.code === code;
}

export function deliveryOf(channel: EventName, message: JsMsg): Delivery {
  return {
    channel,
    sequence: message.seq,
    body: Buffer.from(message.data),
    storedAt: message.info.timestampNanos / 1e6,
    redeliveries: message.info.deliveryCount - 1,
    ack: () => message.ack(),
  };
}
