import type { Logger } from 'pino';
import type { EventReader } from '../check-event.ts';
import type { DeadLetterStore } from '../event-bus.ts';
import type { EventName } from '../events.ts';
import type { Deferred } from './deferred.ts';
import type { Delivery } from './dispatch.ts';
import type { PositionStore } from './position-store.ts';

export type BusOptions = {
  /** May contain a user name and a password. `tls://` requires TLS. */
  url: string;
  /**
   * PEM blocks of the certificate authorities of the broker: requires TLS whatever `url` says. Without it, `tls://` trusts
   * the authorities that Node trusts.
   */
  ca?: string | undefined;
  /** Unique among the running processes; the same again after a restart. */
  clientId: string;
  /** The queue group whose members share the events: the name of the service. */
  group: string;
  deadLetters: DeadLetterStore;
  /** The largest size of the event log, in bytes, where this process may have to create it (JetStream). */
  maxLogBytes?: number;
  log: Logger;
  /** How received events are validated; tests pass the reader of another version. */
  read?: EventReader | undefined;
  /**
   * Where the group stores how far it has handled each channel. Without it, the positions are not compared with the
   * broker's log, which then may have lost events unnoticed.
   */
  positions?: PositionStore | undefined;
  /**
   * Called for each channel of which the group may have lost events: request a resync. It is called again, now or after a
   * restart, unless the promise resolves.
   */
  afterLoss?: (() => Promise<void>) | undefined;
  crashPoint?: ((name: 'after-publish' | 'before-ack') => void) | undefined;
};

/** Receives the messages of one channel, on the current connection and on every later one. */
export type BusReader = {
  name: EventName;
  /** Handles an event of the group; only in a reader of the group. */
  handle?: (delivery: Delivery) => void;
  /** Resolves when the reader is active for the first time, or is removed. */
  activated: Deferred;
};

/** What a broker's implementation needs to build the reader of an observation. */
export type ObserverOptions = {
  sinceMs: number;
  /** Passes a message to the observer. Never throws. */
  deliver: (message: Pick<Delivery, 'sequence' | 'body'>) => void;
  /** To call once every event stored before the observation has been delivered. */
  replayed: () => void;
};

/** Settles a publish that waits for the broker: with an error, or without one once stored. Later calls do nothing. */
export type Settle = (error?: unknown) => void;

export type BusConnection<R> = {
  connected: boolean;
  /** The readers that receive messages on this connection. */
  active: Set<R>;
  inFlight: Set<Settle>;
  /** Whether the broker has yet to answer a probe. */
  isProbed: boolean;
  /** Resolved by `discard`. */
  discarded: Deferred;
};

/**
 * `{ tls: … }` for a connection to the broker, `{}` without TLS. Without `host`, both clients would compare the certificate
 * with the name localhost where the address is an IP.
 */
export function withTls({ url, ca }: Pick<BusOptions, 'url' | 'ca'>): {
  tls?: { host: string; ca?: string };
} {
  const { protocol, hostname: host } = new URL(url);
  if (ca) return { tls: { host, ca } };
  return protocol === 'tls:' ? { tls: { host } } : {};
}

export const SECOND = 1_000;
export const ACK_WAIT_MS = 10 * SECOND;
export const CONNECT_TIMEOUT_MS = 3 * SECOND;

export function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
