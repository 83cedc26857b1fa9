import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { EventName } from '../events.ts';
import { SECOND } from './connection.ts';
import { deferred } from './deferred.ts';
import type { Delivery } from './dispatch.ts';
import type { Position } from './position-store.ts';
import type { ChannelLog, Positions } from './positions.ts';
import { comparePosition } from './positions.ts';

const RETRY_MS = SECOND;

type Deliver = (delivery: Delivery) => void;

/** A channel on one connection to the broker. */
export type CheckedChannel = {
  name: EventName;
  /** Handles an event as a delivery to the group. */
  deliver: Deliver;
  /** Resolves when the connection has ended. */
  ended: Promise<void>;
  readLog: (position: Position | undefined) => Promise<ChannelLog>;
  /** Delivers the log from `sequence` on, each event until it is acknowledged, until the result is called. */
  readFrom: (sequence: number, deliver: Deliver) => () => void;
};

/** Compares the positions of a service with the broker's log, and has the service get what it lacks. */
export class PositionCheck {
  private readonly options: {
    positions: Positions;
    log: Logger;
    /** Has the publishers publish the states again; resolves when the broker has stored the request. */
    requestResync: () => Promise<void>;
    isClosing: () => boolean;
  };

  constructor(options: PositionCheck['options']) {
    this.options = options;
  }

  /**
   * Checks a channel, each time the group's reader becomes active. Retries until that is done or the connection ends. A
   * broker whose disk was full may have lost a delivery, so not only a start has events handled again.
   */
  async run(channel: CheckedChannel): Promise<void> {
    this.options.positions.hold(channel.name);
    let isOver = false;
    const ended = channel.ended.then(() => (isOver = true));
    while (!isOver && !this.options.isClosing())
      try {
        return await this.check(channel);
      } catch (err) {
        this.options.log.warn({ channel: channel.name, err }, 'position not compared, will be retried');
        await Promise.race([wait(RETRY_MS, undefined, { ref: false }), ended]);
      }
  }

  private async check(channel: CheckedChannel): Promise<void> {
    const { positions } = this.options;
    const { name, ended, readLog } = channel;
    const position = await positions.of(name);
    const log = await Promise.race([readLog(position), ended]);
    if (!log) return;
    const comparison = comparePosition(position, log, Date.now());
    if (comparison === 'lost') return this.recover(name, position, log);
    if (!position || comparison === 'current') return positions.follow(name, position ?? endOf(log));
    return this.catchUp(channel, position, log);
  }

  /** The log cannot say what is missing: the publishers can. Requests again until the broker has stored the request. */
  private async recover(name: EventName, position: Position | undefined, log: ChannelLog): Promise<void> {
    // A store without a position is new, unless it was emptied.
    const level = position ? 'error' : 'info';
    this.options.log[level](
      { channel: name, position, found: log },
      'events may be lost, requesting a resync',
    );
    await this.options.requestResync();
    if (!this.options.isClosing()) this.options.positions.restart(name, endOf(log));
  }

  /** Handles the events again that were delivered before, and that the store lacks: those after its position. */
  private async catchUp(
    { name, ended, deliver, readFrom }: CheckedChannel,
    position: Position,
    { passed: end }: ChannelLog,
  ): Promise<void> {
    const { positions, log } = this.options;
    const missing = new Set<number>();
    const caughtUp = deferred();
    let reached = position;
    let isAtEnd = false;
    const finish = () => isAtEnd && missing.size === 0 && caughtUp.resolve();
    const close = readFrom(position.sequence + 1, (delivery) => {
      const { sequence, storedAt } = delivery;
      isAtEnd ||= sequence >= end;
      if (sequence > end) return finish();
      if (sequence > reached.sequence) reached = { sequence, time: Math.floor(storedAt) };
      missing.add(sequence);
      const ack = () => {
        delivery.ack();
        missing.delete(sequence);
        finish();
      };
      deliver(positions.track({ ...delivery, ack }, 'catchUp'));
    });
    log.info({ channel: name, from: position.sequence + 1, to: end }, 'handling events of the log again');
    await Promise.race([caughtUp.promise, ended]);
    close();
    if (isAtEnd && missing.size === 0) positions.follow(name, reached);
  }
}

function endOf({ last }: ChannelLog): Position {
  return last ?? { sequence: 0, time: Date.now() };
}
