import type { CloudEvent, EventData, EventName } from './events.ts';

/** Resolving acknowledges the event; rejecting has it delivered again. Must be safe to run twice. */
export type EventHandler<N extends EventName> = (data: EventData<N>, event: CloudEvent<N>) => Promise<void>;

/** `up`: connected and every subscription stands. `down`: trying to be so. `closed`: for good. */
export type BusStatus = 'down' | 'up' | 'closed';

/** Where events go and come from; the broker behind it is nobody else's business. */
export interface EventBus {
  readonly status: BusStatus;

  /**
   * Resolves once the broker has the event on disk. Rejects at once with NotConnectedError while there is no
   * connection, with InvalidEventError for a wrong shape or more than 256 KiB, and with UnknownOutcomeError when
   * the answer never came: the event may or may not be stored, so publish the same event again.
   */
  publish<N extends EventName>(event: CloudEvent<N>): Promise<void>;

  /**
   * Handles each event at least once in this service, whichever replica gets it (durable queue group). Events of
   * one aggregate (`subject`) are handled one after the other, others side by side. Call before or after connecting.
   */
  subscribe<N extends EventName>(name: N, handler: EventHandler<N>): void;

  /**
   * Sees every event in this process, live or from `sinceMs` milliseconds ago; nothing is acknowledged or kept.
   * `replayed` resolves when the observation stands and everything that was stored before it has been handled.
   */
  observe<N extends EventName>(
    name: N,
    handler: (data: EventData<N>, event: CloudEvent<N>) => void,
    options?: { sinceMs?: number },
  ): Observation;

  /** Resolves when every subscription and observation made so far has been up once. */
  ready(): Promise<void>;

  /** Stops reading, waits for handlers in hand and their acknowledgements, then disconnects. At most 10 s. */
  close(): Promise<void>;
}

export type Observation = { replayed: Promise<void>; close(): void };

/** There is no connection to the broker now. Nothing was sent. */
export class NotConnectedError extends Error {
  override name = 'NotConnectedError';
}

/** The broker did not answer: the event may or may not be stored. Publish the same event id again. */
export class UnknownOutcomeError extends Error {
  override name = 'UnknownOutcomeError';
}

/** An event that could not be handled, and why. */
export type DeadLetter = {
  /** `<channel>:<sequence number in the channel>` */
  id: string;
  channel: string;
  /** The envelope as it came, or the raw text where it is not JSON. */
  event: unknown;
  error: string;
  attempts: number;
};

/** Keeps a dead letter durably before its event is acknowledged. Rejecting has the event delivered again. */
export type DeadLetterStore = (letter: DeadLetter) => Promise<void>;
