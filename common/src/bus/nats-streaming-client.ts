/** What node-nats-streaming 0.3.2 needs around it: missing types, and ways to end a subscription and a connection. */
import type { Socket } from 'node:net';
import type { Message, Stan, Subscription, SubscriptionOptions } from 'node-nats-streaming';
import { NotConnectedError } from '../event-bus.ts';
import type { EventName } from '../events.ts';
import { ACK_WAIT_MS } from './connection.ts';
import type { Delivery } from './dispatch.ts';
import type { Position } from './position-store.ts';

/** Members that exist in the client but not in its types. `nc` is the underlying NATS connection, until it closes. */
declare module 'node-nats-streaming' {
  interface Message {
    stanClient: Stan;
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

export function positionOf(message: Message): Position {
  return { sequence: message.getSequence(), time: message.getTimestamp().getTime() };
}

export function deliveryOf(channel: EventName, message: Message): Delivery {
  return {
    channel,
    sequence: message.getSequence(),
    body: message.getRawData(),
    storedAt: message.getTimestamp().getTime(),
    redeliveries: message.getRedeliveryCount(),
    ack() {
      // The client would throw a TypeError.
      if (!message.stanClient.nc)
        throw new NotConnectedError('the connection closed before the acknowledgement');
      message.ack();
    },
  };
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
 * Calls `found` with the position of the first message that a subscription from `startAt` receives; undefined when there is
 * none. The server starts subscriptions in order and sends over one connection, so the messages of an earlier
 * subscription arrive before this answer. The server does not say that it has no message to send: a silence of `silenceMs`
 * means that. Does nothing more once the connection is not `inUse`. The caller handles a refusal of the subscription that
 * this returns.
 */
export function readPosition(
  stan: Stan,
  name: EventName,
  probe: {
    startAt: (options: SubscriptionOptions) => SubscriptionOptions;
    silenceMs: number;
    inUse: () => boolean;
    found: (position: Position | undefined) => void;
  },
): Subscription {
  const subscription = stan.subscribe(name, probe.startAt(manualAck(stan)).setMaxInFlight(1));
  let silence: NodeJS.Timeout | undefined;
  const finish = (position: Position | undefined) => {
    clearTimeout(silence);
    if (!probe.inUse()) return;
    void closeSubscription(subscription);
    probe.found(position);
  };
  subscription.on('message', (message: Message) => finish(positionOf(message)));
  // Unreferenced: a service that stops during the silence would otherwise run until its end.
  subscription.on('ready', () => (silence = setTimeout(finish, probe.silenceMs, undefined).unref()));
  return subscription;
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
