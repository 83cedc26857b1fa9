/** After a reconnect or a late event, more events may still be on their way. */
const SETTLE_MS = 10_000;
/** An event that is not handled this long after the broker stored it is part of a backlog. */
const LATE_MS = 2_000;
/** Not longer than a request waits for a replica: a request that has waited in vain knows that the broker is frozen. */
const MAX_SILENCE_MS = 2_000;

/**
 * What a process knows about how current its replicas are, from its own connection to the broker. They are current when
 * the subscriptions have been active for 10 s, the broker answers, and no event was late in the last 10 s. Pure: every
 * time is passed in, in milliseconds since 1970. It compares the clocks of the broker and of this host, which must agree
 * to a second or so.
 */
export class Freshness {
  private upSince: number | undefined;
  private answeredAt = -Infinity;
  private lateAt = -Infinity;
  /** When the broker stored the events that are not handled yet. */
  private readonly unhandled = new Map<string, number>();

  /** The subscriptions became active, or inactive. */
  setUp(isUp: boolean, now: number): void {
    if (!isUp) this.upSince = undefined;
    else this.upSince ??= this.answeredAt = now;
  }

  /** Events may be lost, and a resync was requested. */
  restart(now: number): void {
    if (this.upSince !== undefined) this.upSince = now;
  }

  /** The broker answered. An answer after a long silence counts as a reconnect. */
  answered(now: number): void {
    if (now - this.answeredAt > MAX_SILENCE_MS) this.restart(now);
    this.answeredAt = now;
  }

  received(id: string, storedAt: number, now: number): void {
    this.unhandled.set(id, storedAt);
    if (isLate(storedAt, now)) this.lateAt = now;
  }

  /** The event was handled, or given back to the broker. */
  finished(id: string, now: number): void {
    const storedAt = this.unhandled.get(id);
    if (storedAt !== undefined && isLate(storedAt, now)) this.lateAt = now;
    this.unhandled.delete(id);
  }

  isCurrent(now: number): boolean {
    const { upSince, answeredAt, lateAt } = this;
    if (upSince === undefined || now - upSince < SETTLE_MS) return false;
    if (now - answeredAt > MAX_SILENCE_MS || now - lateAt < SETTLE_MS) return false;
    return ![...this.unhandled.values()].some((storedAt) => isLate(storedAt, now));
  }
}

function isLate(storedAt: number, now: number): boolean {
  return now - storedAt > LATE_MS;
}
