import { mongo, Schema } from 'mongoose';
import { collectionOf, ConflictError, markUnconfirmed, newId, upsertWhere } from '@ticketing/common';
import { db } from '../db.ts';
import { cityKeyOf } from './city-names.ts';
import type { Expand, TicketQuery } from './selection.ts';
import { selectTickets } from './selection.ts';
import { normalize } from './text-keys.ts';
import { tickets } from './ticket.ts';

export type SavedSearch = {
  id: string;
  query: TicketQuery;
  /** See `keyOf`. */
  key: string;
  createdAt: Date;
  /** When the user last looked at what it finds. */
  seenAt: Date;
};

/**
 * The searches that a user saved, oldest first. They are one document, so that one atomic write refuses a duplicate and one
 * too many, however many requests come at once.
 */
type SavedSearches = { _id: string; searches: SavedSearch[] };

const schema = new Schema<SavedSearches>(
  { _id: String, searches: [Object] },
  { versionKey: false, autoIndex: false },
);
const Model = db.model<SavedSearches>('SavedSearches', schema, 'saved_searches');
const savedSearches = collectionOf(Model);

const MAX_SEARCHES = 20;
/** Beyond it, the number of new tickets no longer matters. */
const NEW_COUNTED_TO = 100;
/** A list of 20 searches must not cost the database more than a few seconds, whatever they are. */
const COUNT_MS = 1_000;
const MAX_TIME_EXPIRED = 50;

/** Equal for searches that select the same tickets; their order makes no difference. */
function keyOf({ q, city, currency, min, max, category, from, to, status }: TicketQuery): string {
  const texts = [q && normalize(q), city && cityKeyOf(city)];
  return JSON.stringify([...texts, currency, min, max, category, from, to, status?.toSorted()]);
}

export async function findSearches(userId: string): Promise<SavedSearch[]> {
  return (await savedSearches.findOne({ _id: userId }))?.searches ?? [];
}

/**
 * Saves a search, unless the user has saved the same one before, which is returned then. Throws ConflictError
 * (`saved_search_limit`).
 */
export async function saveSearch(
  userId: string,
  query: TicketQuery,
): Promise<{ search: SavedSearch; isNew: boolean }> {
  const now = new Date();
  const search: SavedSearch = { id: newId(), query, key: keyOf(query), createdAt: now, seenAt: now };
  const hasRoom = { [`searches.${MAX_SEARCHES - 1}`]: { $exists: false } };
  const isNew = await upsertWhere(
    Model,
    { _id: userId, 'searches.key': { $ne: search.key }, ...hasRoom },
    { $push: { searches: search } },
  );
  if (isNew) return { search, isNew };
  const searches = await findSearches(userId);
  const same = searches.find(({ key }) => key === search.key);
  if (same) return { search: same, isNew };
  // Another request has stored the user's first search, or deleted one, in between.
  if (searches.length < MAX_SEARCHES) return saveSearch(userId, query);
  const message = `You have saved ${MAX_SEARCHES} searches. Delete one to save another.`;
  throw new ConflictError('saved_search_limit', message);
}

/** @returns whether the user had saved it. */
export async function deleteSearch(userId: string, id: string): Promise<boolean> {
  const removed = { $pull: { searches: { id } } };
  return (await markUnconfirmed(savedSearches.updateOne({ _id: userId }, removed))).modifiedCount > 0;
}

/** Remembers that the user looks at what a search finds. @returns whether the user had saved it. */
export async function markSearchSeen(userId: string, id: string): Promise<boolean> {
  const seen = { $set: { 'searches.$.seenAt': new Date() } };
  const update = savedSearches.updateOne({ _id: userId, 'searches.id': id }, seen);
  return (await markUnconfirmed(update)).matchedCount > 0;
}

/**
 * How many of the tickets that a search finds were listed since the user last looked, counted up to 100. Undefined when that
 * takes too long: an index finds the tickets of every search but one by prices in any currency.
 */
export async function countNewTickets(
  { query, seenAt }: SavedSearch,
  expand: Expand,
): Promise<number | undefined> {
  const { filter } = selectTickets(query, new Date(), undefined, expand);
  const isNew = { ...filter, createdAt: { $gt: seenAt } };
  try {
    return await tickets.countDocuments(isNew, { limit: NEW_COUNTED_TO, maxTimeMS: COUNT_MS });
  } catch (error) {
    if (error instanceof mongo.MongoServerError && error.code === MAX_TIME_EXPIRED) return undefined;
    throw error;
  }
}
