import type { EventName } from '../events.ts';

/**
 * The events that wait unacknowledged for a replica of a later version. A broker stops delivering a channel when too many
 * events are unacknowledged (128: of a process with NATS Streaming, of the whole group with JetStream), so only a few
 * may wait, else they would stop the events that can be handled.
 */
export class Postponed {
  private readonly goneAfterMs: number;
  private readonly max: number;
  /** The sequence numbers by channel, with the time of the last delivery; the oldest first. */
  private readonly channels = new Map<EventName, Map<number, number>>();

  /** `goneAfterMs`: an event that was not redelivered within this time went to another replica. */
  constructor(goneAfterMs: number, max = 32) {
    this.goneAfterMs = goneAfterMs;
    this.max = max;
  }

  /** Whether this event may wait; counts it until it has not been delivered again for `goneAfterMs`. */
  admit(channel: EventName, sequence: number, now: number): boolean {
    const waiting = this.channels.get(channel) ?? new Map<number, number>();
    this.channels.set(channel, waiting);
    for (const [other, at] of waiting) {
      if (now - at <= this.goneAfterMs) break;
      waiting.delete(other);
    }
    if (!waiting.delete(sequence) && waiting.size >= this.max) return false;
    waiting.set(sequence, now);
    return true;
  }
}
