import { isDeepStrictEqual } from 'node:util';
import type { Model, mongo } from 'mongoose';
import { NotFoundError, UnavailableError } from '../errors.ts';
import type { EventData, EventName } from '../events.ts';
import { activeTraceparent } from '../tracing/spans.ts';
import type { Update } from './batch.ts';
import { insertDocument, readById, upsertWhere } from './batch.ts';
import type { LastWritten } from './last-written.ts';
import { collectionAs } from './mongo.ts';
import { markUnconfirmed } from './unconfirmed-write.ts';
import { inWriteSpan } from './write-span.ts';

/**
 * An event that waits in its aggregate until the broker has stored it: `s` subject, `d` data, `v` version, `t` time, `p` the
 * `traceparent` of what caused it, so that a process that publishes it after a crash continues the trace.
 */
export type OutboxEntry = { id: string; v: number; s: EventName; d: unknown; t: Date; p?: string };

/** The fields of every aggregate. `version` starts at 0 and increases by one with every published change. */
export type Aggregate = { _id: string; version: number; outbox: OutboxEntry[] };

/** An event's name and data. */
export type DomainEvent = { [N in EventName]: { name: N; data: EventData<N> } }[EventName];

/** The type of the field `outbox` in a schema. */
export const outboxField = {
  type: [{ _id: false, id: String, v: Number, s: String, d: Object, t: Date, p: String }],
};

/**
 * The outbox entries of one change, which are published in this order. The first has the id of the state; the others have
 * their names behind it, because ids are unique.
 */
function outboxEntries(
  kind: string,
  state: { _id: string; version: number },
  events: DomainEvent | DomainEvent[],
): OutboxEntry[] {
  return [events].flat().map((event, i) => {
    const entry = outboxEntry(kind, state, event);
    return i === 0 ? entry : { ...entry, id: `${entry.id}:${event.name}` };
  });
}

/** The outbox entry for one state of an aggregate. `kind` is the aggregate's name in event ids, such as `order`. */
export function outboxEntry(
  kind: string,
  state: { _id: string; version: number },
  event: DomainEvent,
): OutboxEntry {
  const traceparent = activeTraceparent();
  return {
    id: `${kind}:${state._id}:${state.version}`,
    v: state.version,
    s: event.name,
    d: event.data,
    t: new Date(),
    ...(traceparent && { p: traceparent }),
  };
}

/**
 * Inserts a new aggregate together with its first event, or events. `kind` is the aggregate's name in event ids;
 * `lastWritten` keeps its state for the first `change`. Throws MongoServerError for a duplicate key (see `duplicateKey`).
 * @returns the document with its outbox, ready for `outbox.flush`.
 */
export async function insert<T extends Aggregate>(
  model: Model<T>,
  kind: string,
  state: Omit<T, 'version' | 'outbox'>,
  toEvent: (state: T) => DomainEvent | DomainEvent[],
  lastWritten?: LastWritten<T>,
): Promise<T> {
  const document = { ...state, version: 0, outbox: [] as OutboxEntry[] } as unknown as T;
  document.outbox = outboxEntries(kind, document, toEvent(document));
  await insertDocument(model, document);
  lastWritten?.set(document);
  return document;
}

export type Change<T extends Aggregate> = {
  /** The aggregate's name in event ids, such as `order`. */
  kind: string;
  id: string;
  /**
   * Returns the fields to set (a field with the value undefined is removed), or undefined to change nothing; throws to
   * refuse the change. Runs again when another change wins the race, so it always sees the latest state. Do not read `outbox`.
   */
  decide: (current: T) => Partial<T> | undefined;
  /** The event, or the events, that the new state publishes. Without any, the change does not raise the version. */
  toEvent: (state: T) => DomainEvent | DomainEvent[];
  /**
   * The fields that some change of this aggregate writes without an event. As no version shows that such a change came first,
   * every change has to name all of them: it is decided again when one of them has another value.
   */
  unversioned?: readonly (keyof T & string)[];
  /** A further condition that only the database can check, such as one on its clock. Nothing changes when it fails. */
  guard?: Record<string, unknown>;
  /**
   * Spares the read where this process has written the aggregate last. Where the kept state leads to no change, or is out of
   * date, `decide` runs again with the stored state. Only a new version, or another value of an `unversioned` field, shows
   * that it is out of date, so no other field that `decide` reads may be written without a new version.
   */
  lastWritten?: LastWritten<T>;
};

/** A change that only an error keeps from being made. */
type UnguardedChange<T extends Aggregate> = Omit<Change<T>, 'decide' | 'guard'> & {
  decide: (current: T) => Partial<T>;
  guard?: never;
};

const MAX_TRIES = 50;

/**
 * Changes an aggregate and stores the event of the change in the same write, with optimistic concurrency on `version`.
 * Throws NotFoundError when the aggregate does not exist, UnavailableError (503) after losing 50 races, and whatever
 * `decide` throws.
 * @returns the new state with only the new events in `outbox`, or undefined when nothing changed, which a `decide` that
 * always returns changes rules out.
 */
export function change<T extends Aggregate>(model: Model<T>, change: UnguardedChange<T>): Promise<T>;
export function change<T extends Aggregate>(model: Model<T>, change: Change<T>): Promise<T | undefined>;
export async function change<T extends Aggregate>(
  model: Model<T>,
  change: Change<T>,
): Promise<T | undefined> {
  const { kind, id, decide, guard } = change;
  const changed = await changeLastWritten(model, change);
  if (changed) return changed;
  let guardFailedAt: object | undefined;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const current = await readById(model, id);
    if (!current) throw new NotFoundError(kind[0]?.toUpperCase() + kind.slice(1));
    const expected = expectedOf(change, current);
    if (isDeepStrictEqual(expected, guardFailedAt)) return undefined;
    const changes = decide(current);
    if (!changes) return undefined;
    const next = await write(model, change, current, changes);
    if (next) return next;
    guardFailedAt = guard && expected;
  }
  throw new UnavailableError(`This ${kind} is busy right now, please try again`, 'too_busy');
}

/** Tries the change with the state that this process wrote last. An old state refuses nothing, so it does not throw. */
async function changeLastWritten<T extends Aggregate>(
  model: Model<T>,
  change: Change<T>,
): Promise<T | undefined> {
  const known = change.lastWritten?.get(change.id);
  if (!known) return undefined;
  let changes: Partial<T> | undefined;
  try {
    changes = change.decide(known);
  } catch {
    return undefined;
  }
  return changes && write(model, change, known, changes);
}

/** Writes the changes of a state with their events. @returns the new state, or undefined when the database has another one. */
async function write<T extends Aggregate>(
  model: Model<T>,
  change: Change<T>,
  current: T,
  changes: Partial<T>,
): Promise<T | undefined> {
  const { kind, id, toEvent, guard, lastWritten } = change;
  const published = { ...current, ...changes, version: current.version + 1 };
  const outbox = outboxEntries(kind, published, toEvent(published));
  const next = { ...published, outbox, version: outbox.length > 0 ? published.version : current.version };
  const update = {
    ...toUpdate({ ...changes, version: next.version }),
    $push: { outbox: { $each: outbox } },
  };
  const expected = expectedOf(change, current);
  const isWritten = guard
    ? await updateWhere(model, { ...expected, ...guard }, update)
    : await upsertWhere(model, expected, update);
  if (isWritten) lastWritten?.set(next);
  else lastWritten?.delete(id);
  return isWritten ? next : undefined;
}

/** What the stored document must still have when a change of `current` is written. */
function expectedOf<T extends Aggregate>({ id, unversioned = [] }: Change<T>, current: T) {
  const fields = Object.fromEntries(unversioned.map((field) => [field, current[field] ?? null]));
  return { ...fields, _id: id, version: current.version };
}

/** Not an upsert: an upsert's filter cannot use `$expr`, which reads the database's clock. */
async function updateWhere<T extends Aggregate>(
  model: Model<T>,
  filter: { _id: string; version: number },
  update: Update,
): Promise<boolean> {
  const collection = collectionAs<Aggregate>(model);
  const { modifiedCount } = await inWriteSpan('update', collection.collectionName, () =>
    markUnconfirmed(collection.updateOne(filter, update as mongo.UpdateFilter<Aggregate>)),
  );
  return modifiedCount === 1;
}

/** The MongoDB update that sets the fields, and removes those whose value is undefined. */
export function toUpdate(changes: object): { $set: Record<string, unknown>; $unset?: Record<string, ''> } {
  const $set: Record<string, unknown> = {};
  const $unset: Record<string, ''> = {};
  for (const [field, value] of Object.entries(changes))
    if (value === undefined) $unset[field] = '';
    else $set[field] = value;
  return { $set, ...(Object.keys($unset).length > 0 && { $unset }) };
}
