/**
 * How far a service has handled each channel, kept in its own store. The broker keeps that too, but only together with its
 * log: a broker that lost its volume, or a store that was restored from a backup, shows only in a comparison of both.
 */
import type { Logger } from 'pino';
import { every } from '../every.ts';
import { ACK_WAIT_MS, SECOND } from './connection.ts';
import type { Delivery } from './dispatch.ts';
import type { Position, PositionStore } from './position-store.ts';

/** What the broker's log has of one channel, seen from a position of the service. */
export type ChannelLog = {
  /** No event with a smaller sequence number is in the log. */
  first: number;
  /** The newest event; undefined when the log has none. */
  last: Position | undefined;
  /** When the event at the position was stored; undefined when the log does not have it. */
  storedAt: number | undefined;
  /** The broker delivers the group no further event up to this one: they were delivered before, or removed. */
  passed: number;
};

/**
 * `current`: nothing is missing that the broker will not deliver. `behind`: the store lacks events after its position, which
 * the broker does not deliver again, and which its log has. `lost`: the log is another one, or lacks such events.
 */
export type Comparison = 'current' | 'behind' | 'lost';

/** The age at which both brokers remove events. */
const LOG_AGE_MS = 30 * 24 * 3_600 * SECOND;
const WRITE_MS = SECOND;

/** Compares the position of a service, undefined for a new or empty store, with the broker's log. Pure. */
export function comparePosition(
  position: Position | undefined,
  { first, last, storedAt, passed }: ChannelLog,
  now: number,
): Comparison {
  // A group that is new gets all of a log from which nothing was removed.
  if (!position) return passed > 0 ? 'lost' : 'current';
  const { sequence, time } = position;
  // Of a channel without events for so long, the log may have nothing.
  if (!last) return sequence === 0 || now - time > LOG_AGE_MS ? 'current' : 'lost';
  if (sequence > last.sequence) return 'lost';
  // Times are read with different precision.
  if (storedAt !== undefined && Math.abs(storedAt - time) > 1) return 'lost';
  if (passed <= sequence) return 'current';
  return first > sequence + 1 ? 'lost' : 'behind';
}

type Tracked = Position & { receivedAt: number; isHandled: boolean };

/** How far the deliveries to one reader are handled. */
class Progress {
  /** In the order of their arrival, from the first that is not handled. */
  private readonly tracked: Tracked[] = [];
  /** Everything up to here is handled. */
  private handled: Position | undefined;
  /** Values of `handled` that are younger than the broker's wait for an acknowledgement. */
  private readonly recent: { at: number; position: Position }[] = [];

  track(delivery: Delivery): Delivery {
    const { sequence, storedAt, ack } = delivery;
    const tracked = { sequence, time: Math.floor(storedAt), receivedAt: Date.now(), isHandled: false };
    this.tracked.push(tracked);
    return {
      ...delivery,
      ack() {
        ack();
        tracked.isHandled = true;
      },
    };
  }

  /**
   * What was handled a wait for an acknowledgement before `now`. With `skipReturned`, what was not handled within such a
   * wait counts as handled, because the broker delivers it again.
   */
  settle(now: number, { skipReturned }: { skipReturned: boolean }): Position | undefined {
    const isAged = (at: number) => now - at >= ACK_WAIT_MS;
    const before = this.handled;
    const isOpen = ({ isHandled, receivedAt }: Tracked) =>
      !isHandled && !(skipReturned && isAged(receivedAt));
    for (const { isHandled, sequence, time } of takeUntil(this.tracked, isOpen))
      if (isHandled && sequence > (this.handled?.sequence ?? 0)) this.handled = { sequence, time };
    if (this.handled && this.handled !== before)
      this.recent.push({ at: Math.min(now, Date.now()), position: this.handled });
    return takeUntil(this.recent, ({ at }) => !isAged(at)).at(-1)?.position;
  }
}

/** Removes and returns the elements before the first that `isLater`. */
function takeUntil<T>(list: T[], isLater: (one: T) => boolean): T[] {
  const index = list.findIndex(isLater);
  return list.splice(0, index === -1 ? list.length : index);
}

type Channel = {
  /** The position of the service. */
  position: Position | undefined;
  isWritten: boolean;
  /** Whether the position was compared with the broker's log on this connection. */
  isCompared: boolean;
  group: Progress;
  catchUp: Progress;
};

/**
 * The positions of a service, as this process knows them, written about once a second. A position is what the process had
 * handled 10 s ago: by then, every replica has handled the events before it, or given them back to the broker.
 */
export class Positions {
  private readonly channels = new Map<string, Channel>();
  private readonly store: PositionStore;
  private readonly writer: { close(): Promise<void> };
  private stored: Promise<Map<string, Position>> | undefined;

  constructor(store: PositionStore, log: Logger) {
    this.store = store;
    this.writer = every(WRITE_MS, () => this.write(Date.now()), { name: 'write positions', log });
  }

  /** The position of the service in a channel. Rejects while the store is unavailable. */
  async of(name: string): Promise<Position | undefined> {
    const channel = this.channel(name);
    if (channel.position) return channel.position;
    const stored = await (this.stored ??= this.store.read().catch((error: unknown) => {
      this.stored = undefined;
      throw error;
    }));
    return (channel.position ??= stored.get(name));
  }

  /** The position stays until it is compared with the broker's log: only what catches up moves it. */
  hold(name: string): void {
    Object.assign(this.channel(name), { isCompared: false, catchUp: new Progress() });
  }

  /** The service has every event up to `position`, and the group gets the later ones, which move the position. */
  follow(name: string, position: Position): void {
    const channel = this.channel(name);
    const isWritten = channel.isWritten && channel.position === position;
    Object.assign(channel, { position, isWritten, isCompared: true });
  }

  /** The same for a log that is another one than that of the deliveries so far. */
  restart(name: string, position: Position): void {
    this.channels.delete(name);
    this.follow(name, position);
    this.channel(name).isWritten = false;
  }

  /** Returns the delivery. Its acknowledgement moves the position, together with those before it. */
  track(delivery: Delivery, source: 'group' | 'catchUp'): Delivery {
    return this.channel(delivery.channel)[source].track(delivery);
  }

  /** Writes what this process has handled, once no delivery is in flight. */
  async close(): Promise<void> {
    await this.writer.close();
    await this.write(Infinity);
  }

  private async write(now: number): Promise<void> {
    const changed = new Map<string, Position>();
    for (const [name, channel] of this.channels) {
      advance(channel, now);
      if (channel.position && !channel.isWritten) changed.set(name, channel.position);
    }
    if (changed.size === 0) return;
    await this.store.write(changed);
    for (const [name, position] of changed) {
      const channel = this.channel(name);
      channel.isWritten = channel.position === position;
    }
  }

  private channel(name: string): Channel {
    const known = this.channels.get(name);
    if (known) return known;
    const channel = {
      position: undefined,
      isWritten: true,
      isCompared: false,
      group: new Progress(),
      catchUp: new Progress(),
    };
    this.channels.set(name, channel);
    return channel;
  }
}

/** Until the comparison is done, only the catching up moves the position: the group gets later events meanwhile. */
function advance(channel: Channel, now: number): void {
  const { isCompared, group, catchUp, position } = channel;
  const settled = isCompared
    ? group.settle(now, { skipReturned: true })
    : catchUp.settle(now, { skipReturned: false });
  if (!settled || settled.sequence <= (position?.sequence ?? 0)) return;
  channel.position = settled;
  channel.isWritten = false;
}
