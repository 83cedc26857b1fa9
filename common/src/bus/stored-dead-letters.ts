import { readEvent } from '../check-event.ts';
import type { DeadLetter, DeadLetterStore } from '../event-bus.ts';
import type { CloudEvent, EventName } from '../events.ts';

export type StoredDeadLetter = DeadLetter & { at: Date };

/** The dead letters that a service has stored. */
export interface StoredDeadLetters {
  /** Stores a dead letter, or its next error. */
  put: DeadLetterStore;
  /** All dead letters, the oldest first, or only the one with this id, or the first `limit`. */
  read(options?: { id?: string; limit?: number }): Promise<StoredDeadLetter[]>;
  count(): Promise<number>;
  remove(id: string): Promise<void>;
}

/** Those of a program, which has a connection of its own. */
export interface DeadLetterReader extends StoredDeadLetters {
  close(): Promise<void>;
}

/**
 * Passes the event of a dead letter to `deliver`, as it was received, and removes the dead letter once that has resolved.
 * Rejects with InvalidEventError for an event that does not match its schema, or with what `deliver` throws.
 */
export async function retryDeadLetter(
  { id, channel, event }: StoredDeadLetter,
  { remove }: Pick<StoredDeadLetters, 'remove'>,
  deliver: (event: CloudEvent) => Promise<void>,
): Promise<void> {
  readEvent(event, channel as EventName);
  await deliver(event as CloudEvent);
  await remove(id);
}
