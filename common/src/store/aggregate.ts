import type { Model } from 'mongoose';
import { insertDocument, readById, upsertWhere } from './batch.ts';
import type { EventData, EventName } from '../events.ts';
import { NotFoundError, UnavailableError } from '../errors.ts';

/** An event kept in its aggregate until the broker has it: `s` subject, `d` data, `v` version, `t` time of the change. */
export type OutboxEntry = { id: string; v: number; s: EventName; d: unknown; t: Date };

/** What every aggregate's document has. `version` is 0 at birth and grows by one with every published change. */
export type Aggregate = { _id: string; version: number; outbox: OutboxEntry[] };

/** Which event announces a state, and its data. */
export type DomainEvent = { [N in EventName]: { name: N; data: EventData<N> } }[EventName];

/** Fields for the outbox of a schema; not selected on reads. */
export const outboxField = {
  type: [{ _id: false, id: String, v: Number, s: String, d: Object, t: Date }],
  default: [],
  select: false,
};

/** The outbox entry of one state of one aggregate. `kind` is the aggregate's name in event ids, such as `order`. */
export function outboxEntry(
  kind: string,
  state: { _id: string; version: number },
  said: DomainEvent,
): OutboxEntry {
  return {
    id: `${kind}:${state._id}:${state.version}`,
    v: state.version,
    s: said.name,
    d: said.data,
    t: new Date(),
  };
}

/**
 * Stores a new aggregate and its first event in one write. A duplicate key is thrown as it comes (`duplicateKey`).
 * @returns the document with its outbox, ready for `outbox.flush`.
 */
export async function insert<T extends Aggregate>(
  model: Model<T>,
  kind: string,
  state: Omit<T, 'version' | 'outbox'>,
  toEvent: (state: T) => DomainEvent,
): Promise<T> {
  const fresh = { ...state, version: 0, outbox: [] as OutboxEntry[] } as unknown as T;
  fresh.outbox = [outboxEntry(kind, fresh, toEvent(fresh))];
  await insertDocument(model, fresh);
  return fresh;
}

/**
 * One change of one aggregate, with its event, by compare-and-set on `version`. `decide` sees the current state and
 * says what to set (a field set to undefined is removed), or undefined for "nothing changes", or throws to refuse;
 * it is asked again whenever somebody else was faster, so that of two facts the second always sees the first.
 * `guard` is a further condition that only the database can judge, such as its clock; failing it changes nothing.
 * @returns the new state with only the new event in `outbox`, or undefined when nothing changed.
 * Throws NotFoundError when there is no such document, UnavailableError after 50 lost races.
 */
export async function change<T extends Aggregate>(
  model: Model<T>,
  kind: string,
  id: string,
  decide: (current: T) => Partial<T> | undefined,
  toEvent: (state: T) => DomainEvent,
  guard?: Record<string, unknown>,
): Promise<T | undefined> {
  let refusedAt = -1;
  for (let tries = 0; tries < 50; tries++) {
    const current = await readById(model, id);
    if (!current) throw new NotFoundError(kind[0]?.toUpperCase() + kind.slice(1));
    if (current.version === refusedAt) return undefined;
    const changes = decide(current);
    if (!changes) return undefined;
    const next = { ...current, ...changes, version: current.version + 1 };
    const entry = outboxEntry(kind, next, toEvent(next));
    const update = {
      ...toUpdate({ ...changes, version: next.version }),
      $push: { outbox: entry },
    };
    const expected = { _id: id, version: current.version };
    const isWritten = guard
      ? await updateWhere(model, { ...expected, ...guard }, update)
      : await upsertWhere(model, expected, update);
    if (isWritten) return { ...next, outbox: [entry] };
    refusedAt = guard ? current.version : -1;
  }
  throw new UnavailableError(
    `Too many people are changing this ${kind} at once, please try again`,
    'too_busy',
  );
}

/** An upsert cannot ask the database's clock. */
async function updateWhere<T>(model: Model<T>, filter: object, update: object): Promise<boolean> {
  const { modifiedCount } = await model.collection.updateOne(filter, update);
  return modifiedCount === 1;
}

/** The update that sets fields, and removes those that are undefined. */
export function toUpdate(changes: object): { $set: object; $unset?: Record<string, ''> } {
  const $set: Record<string, unknown> = {};
  const $unset: Record<string, ''> = {};
  for (const [field, value] of Object.entries(changes))
    if (value === undefined) $unset[field] = '';
    else $set[field] = value;
  return { $set, ...(Object.keys($unset).length > 0 && { $unset }) };
}
