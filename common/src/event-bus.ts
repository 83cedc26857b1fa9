import type { CloudEvent, EventData, EventName } from './events.ts';

/** Resolve to acknowledge the event, reject to have it redelivered. Must be idempotent: events can arrive twice. */
export type EventHandler<N extends EventName> = (data: EventData<N>, event: CloudEvent<N>) => Promise<void>;

/** Receives each event as it arrives; nothing is acknowledged and a throw is only logged. */
export type EventObserver<N extends EventName> = (data: EventData<N>, event: CloudEvent<N>) => void;

/** `up`: connected, every subscription active. `down`: connecting or subscribing. `closed`: by `close()`, for good. */
export type BusStatus = 'down' | 'up' | 'closed';

/** Publishes and receives events, independent of the broker. */
export interface EventBus {
  readonly status: BusStatus;

  /**
   * Whether the events of others have arrived here, as far as this process can know: its subscriptions have been active
   * for 10 s, the broker answers, and no event came late in the last 10 s.
   */
  isCurrent(): boolean;

  /**
   * Resolves once the broker has stored the event on disk. `isReceived`: it is published again as it was received, with the
   * fields that this version does not know. Rejects with
   * - NotConnectedError, at once, while there is no connection;
   * - InvalidEventError for an event that does not match its schema or is larger than 256 KiB;
   * - NotPermittedError when the broker does not let this service publish the event: nothing was stored;
   * - UnknownOutcomeError when the broker did not answer: the event may be stored or not, so publish it again.
   */
  publish<N extends EventName>(event: CloudEvent<N>, options?: { isReceived?: boolean }): Promise<void>;

  /**
   * Handles each event at least once per service: the replicas of a service share a durable queue group. Events of one
   * aggregate (`subject`) are handled one after the other, those of different aggregates concurrently. Can be called
   * before or after the bus has connected.
   */
  subscribe<N extends EventName>(name: N, handler: EventHandler<N>): void;

  /**
   * Handles an event that was received before and could not be handled, after those of the same aggregate that are being
   * handled. Rejects with what the handler throws, InvalidEventError, or NotSubscribedError.
   */
  handle(event: CloudEvent): Promise<void>;

  /**
   * Delivers every event to this process, from now on or from `sinceMs` milliseconds ago. Observations are not durable.
   * `replayed` resolves when the observation is active and every event stored before it has been delivered. The bus is `up`
   * and current also while one that is `isAside` is not active.
   */
  observe<N extends EventName>(
    name: N,
    handler: EventObserver<N>,
    options?: { sinceMs?: number; isAside?: boolean },
  ): Observation;

  /** Resolves when every subscription and observation made so far has been active once. */
  ready(): Promise<void>;

  /** Stops receiving, waits for running handlers and their acknowledgements, then disconnects. Takes at most 10 s. */
  close(): Promise<void>;
}

export type Observation = { replayed: Promise<void>; close(): void };

/** There is no connection to the broker. Nothing was sent. */
export class NotConnectedError extends Error {
  override name = 'NotConnectedError';
}

/** The broker does not let the user of this connection publish to the event's channel. Nothing was stored. */
export class NotPermittedError extends Error {
  override name = 'NotPermittedError';
}

/** This service does not subscribe to the event. */
export class NotSubscribedError extends Error {
  override name = 'NotSubscribedError';
}

/** The broker did not answer: the event may be stored or not. Publish it again under the same event id. */
export class UnknownOutcomeError extends Error {
  override name = 'UnknownOutcomeError';
}

/** An event that could not be handled, and the error. */
export type DeadLetter = {
  /** `<channel>:<sequence number in the channel>` */
  id: string;
  channel: string;
  /** The envelope as received, or the raw text when it is not JSON. */
  event: unknown;
  error: string;
  attempts: number;
};

/** Stores a dead letter durably; its event is acknowledged afterwards. Rejecting has the event redelivered. */
export type DeadLetterStore = (deadLetter: DeadLetter) => Promise<void>;
