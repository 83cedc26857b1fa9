/** What node-nats-streaming 0.3.2 needs around it: missing types, and ways to end a subscription and a connection. */
import type { Socket } from 'node:net';
import type { Message, Stan, Subscription, SubscriptionOptions } from 'node-nats-streaming';
import type { EventName } from '../events.ts';
import { ACK_WAIT_MS } from './connection.ts';

const EMPTY_CHANNEL_MS = 250;

/** Members that exist in the client but not in its types. `nc` is the underlying NATS connection. */
declare module 'node-nats-streaming' {
  interface Message {
    getRedeliveryCount(): number;
  }
  interface Stan {
    nc?: {
      stream: Socket | null;
      flush(answered: () => void): void;
      close(): void;
      on(event: 'error' | 'permission_error', listener: (error: Error) => void): void;
    };
  }
}

/** Where a message is in its channel: its sequence number, and its time in milliseconds since 1970. */
export type Position = { sequence: number; time: number };

export function positionOf(message: Message): Position {
  return { sequence: message.getSequence(), time: message.getTimestamp().getTime() };
}

/** Whether a message is newer than another one, also when the channel was recreated in between. */
export function isNewer(position: Position, previous: Position): boolean {
  return position.sequence > previous.sequence || position.time > previous.time;
}

export function manualAck(stan: Stan): SubscriptionOptions {
  return stan.subscriptionOptions().setManualAckMode(true).setAckWait(ACK_WAIT_MS);
}

/**
 * Closes a subscription and resolves when the server has answered. Never unsubscribes: that would delete the position
 * of the queue group.
 */
export function closeSubscription(subscription: Subscription): Promise<void> {
  subscription.removeAllListeners();
  return new Promise((resolve) => {
    for (const answer of ['closed', 'error', 'timeout']) subscription.on(answer, () => resolve());
    subscription.close();
  });
}

/**
 * Calls `found` with the sequence number of the channel's newest message, 0 for an empty channel. The server starts
 * subscriptions in order and sends over one connection, so the messages of an earlier subscription arrive before this
 * answer. An empty channel has no message to send: a short silence means that it is empty. Does nothing more once the
 * connection is not `inUse`. The caller handles a refusal of the subscription that this returns.
 */
export function readLastSequence(
  stan: Stan,
  name: EventName,
  { inUse, found }: { inUse: () => boolean; found: (sequence: number) => void },
): Subscription {
  const probe = stan.subscribe(name, manualAck(stan).setStartWithLastReceived().setMaxInFlight(1));
  let silence: NodeJS.Timeout | undefined;
  const finish = (sequence: number) => {
    clearTimeout(silence);
    if (!inUse()) return;
    void closeSubscription(probe);
    found(sequence);
  };
  probe.on('message', (message: Message) => finish(message.getSequence()));
  probe.on('ready', () => (silence = setTimeout(finish, EMPTY_CHANNEL_MS, 0)));
  return probe;
}

/** The TCP connection of a new client. Read it at once: the client replaces it by TLS above it, which cannot be reset. */
export function socketOf({ nc }: Stan): Socket | null | undefined {
  return nc?.stream;
}

/**
 * Resets the TCP connection first, which also drops unsent data. `stan.close()` alone would send a close request for the
 * client id; that request, or an earlier subscription request, could reach the server after the next connection has
 * registered under the same id. Once it is reset, `stan.close()` only clears timers and pending acknowledgements.
 */
export function destroyClient(stan: Stan, socket: Socket | null | undefined): void {
  const ignore = () => undefined;
  const { nc } = stan;
  stan.removeAllListeners();
  stan.on('error', ignore);
  socket?.on('error', ignore);
  socket?.resetAndDestroy();
  nc?.close();
  nc?.on('error', ignore);
  stan.close();
}
