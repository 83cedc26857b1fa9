import { cityNamesOf } from './city-names.ts';
import type { Offers } from './event-offers.ts';
import { offersOf } from './event-offers.ts';
import type { ListedEvent } from './listed-event.ts';
import { findEvents, listedEvents } from './listed-event.ts';
import type { TicketQuery } from './selection.ts';
import { notOver, selectEvents, selectTickets } from './selection.ts';
import { fold, searchTermsOf, wordsOf } from './text-keys.ts';
import { tickets } from './ticket.ts';
import type { Matches, Vocabulary } from './vocabulary.ts';
import { MATCH } from './vocabulary.ts';
import { expandExactly } from './word-index.ts';

/**
 * How the found events match: with a word for each term, with a word that resembles each term, or, as the closest, for
 * some terms only.
 */
export type How = 'all' | 'similar' | 'some';

/** `rank` is the place in the order, from 0. */
export type FoundEvent = { _id: string; rank: number; event: ListedEvent; offers: Offers[] };

export type Found = {
  how: How;
  /** The search as it was probably meant. */
  correction?: string | undefined;
  /** The next `limit` events with tickets for sale after (-1: before) this rank. */
  take(beyond: number | undefined, direction: 1 | -1, limit: number): Promise<FoundEvent[]>;
};

/** How many events are ranked: further ones match as well, but are later. */
const CANDIDATES = 500;
/** How many tickets are looked at when no event has the words: theirs are about seats and notes. */
const TICKETS = 500;
const CHUNK = 25;

/** The events for a search that have tickets for sale, best match first, then by date. */
export async function searchEvents(
  vocabulary: Vocabulary,
  query: TicketQuery & { q: string },
  now: Date,
): Promise<Found> {
  const { q, ...others } = query;
  const filter = selectEvents(others, now);
  let last: Found | undefined;
  for await (const { how, events, correction } of readings(vocabulary, query, now)) {
    const offersFor = readOnce((ids) => offersOf(ids, filter));
    last = { how, correction, take: (...bounds) => takeOffered(events, offersFor, ...bounds) };
    if ((await last.take(undefined, 1, 1)).length > 0) return last;
  }
  return { ...last!, how: 'all', correction: undefined };
}

type Reading = { how: How; events: ListedEvent[]; correction?: string | undefined };

/** What someone may have meant, strictest first, so that nothing is searched that is not needed. */
async function* readings(
  vocabulary: Vocabulary,
  query: TicketQuery & { q: string },
  now: Date,
): AsyncGenerator<Reading> {
  const terms = searchTermsOf(query.q);
  const further = { ...notOver(now), ...ofPlace(query) };
  const exact = terms.map((term) => vocabulary.matches(term));
  yield { how: 'all', events: rank(await withAll(exact, further), exact) };
  yield { how: 'all', events: rank(await ofTickets(vocabulary, query, now), exact) };
  const likely = terms.map((term, i) => new Map([...vocabulary.similar(term), ...exact[i]!]));
  const similar = rank(await withAll(likely, further), likely);
  yield { how: 'similar', events: similar, correction: similar[0] && correct(terms, likely, similar[0]) };
  yield { how: 'some', events: rank(await withSome(likely, further), likely) };
}

function ofPlace({ city, category }: TicketQuery): object {
  const words = wordsOf([city, category].filter(Boolean).join(' '));
  return words.length > 0 ? { words: { $all: words } } : {};
}

async function withAll(matches: Matches[], further: object): Promise<ListedEvent[]> {
  if (matches.length === 0 || matches.some(({ size }) => size === 0)) return [];
  return soonest({ $and: [further, ...matches.map(hasOneOf)] });
}

async function withSome(matches: Matches[], further: object): Promise<ListedEvent[]> {
  const found = await Promise.all(
    matches.filter(({ size }) => size > 0).map((words) => soonest({ $and: [further, hasOneOf(words)] })),
  );
  return [...new Map(found.flat().map((event) => [event._id, event])).values()];
}

function hasOneOf(words: Matches): object {
  return { words: { $in: [...words.keys()] } };
}

function soonest(filter: object): Promise<ListedEvent[]> {
  return listedEvents.find(filter).sort({ eventAt: 1 }).limit(CANDIDATES).toArray();
}

/** The events of tickets with all terms, also in seat and notes, and of events that are not stored yet. */
async function ofTickets(vocabulary: Vocabulary, query: TicketQuery, now: Date): Promise<ListedEvent[]> {
  const { filter } = selectTickets(query, now, undefined, expandExactly(vocabulary));
  const found = await tickets
    .find(filter, { projection: { eventId: 1 } })
    .limit(TICKETS)
    .toArray();
  const events = await findEvents([...new Set(found.map(({ eventId }) => eventId))]);
  return [...events.values()];
}

function rank(events: ListedEvent[], matches: Matches[]): ListedEvent[] {
  const scores = new Map(events.map((event) => [event, scoreOf(event, matches)]));
  return events.toSorted(
    (a, b) => scores.get(b)! - scores.get(a)! || a.eventAt.getTime() - b.eventAt.getTime(),
  );
}

/** The sum of the best match of each term; a match in the title counts more than one in the place. */
function scoreOf({ title, words }: ListedEvent, matches: Matches[]): number {
  const titleWords = new Set(wordsOf(title));
  const best = (found: Matches) =>
    Math.max(0, ...words.map((word) => scoreOfWord(found.get(word), titleWords.has(word))));
  return matches.reduce((sum, found) => sum + best(found), 0);
}

function scoreOfWord(match: number | undefined, isInTitle: boolean): number {
  return match === undefined ? 0 : match + (isInTitle ? 1 : 0);
}

/** The terms as the best event spells them. */
function correct(terms: string[], likely: Matches[], event: ListedEvent): string {
  const { title, venue, city } = event;
  const texts = [title, venue, ...(city ? cityNamesOf(city) : [])].filter(Boolean).join(' ');
  const spellings = new Map(texts.split(/[\s\p{P}]+/u).map((word) => [fold(word), word]));
  const corrected = terms.map((term, i) => {
    const [word, score] = bestOf(event.words, likely[i]!);
    return word && score < MATCH.inside ? (spellings.get(word) ?? word) : term;
  });
  return corrected.join(' ');
}

function bestOf(words: string[], matches: Matches): [word: string | undefined, score: number] {
  const ranked = words.map((word) => [word, matches.get(word) ?? 0] as const);
  return ranked.reduce<[string | undefined, number]>(
    (best, [word, score]) => (score > best[1] ? [word, score] : best),
    [undefined, 0],
  );
}

type ReadOffers = (eventIds: string[]) => Promise<Map<string, Offers[] | undefined>>;

/** Keeps what was read: the events that show whether a reading has something for sale begin its first page. */
function readOnce(read: ReadOffers): ReadOffers {
  const known = new Map<string, Offers[] | undefined>();
  return async (ids) => {
    const further = ids.filter((id) => !known.has(id));
    const found = further.length > 0 ? await read(further) : undefined;
    for (const id of further) known.set(id, found?.get(id));
    return known;
  };
}

/** Reads the offers in chunks, until enough events have some. */
async function takeOffered(
  events: ListedEvent[],
  offersFor: ReadOffers,
  beyond: number | undefined,
  direction: 1 | -1,
  limit: number,
): Promise<FoundEvent[]> {
  const ranked = events.map((event, index) => ({ _id: event._id, rank: index, event }));
  const start = beyond ?? (direction === 1 ? -1 : ranked.length);
  const ahead = direction === 1 ? ranked.slice(start + 1) : ranked.slice(0, start).reverse();
  const taken: FoundEvent[] = [];
  for (let at = 0; at < ahead.length && taken.length < limit; at += CHUNK) {
    const chunk = ahead.slice(at, at + CHUNK);
    const offers = await offersFor(chunk.map(({ _id }) => _id));
    for (const item of chunk) {
      const own = offers.get(item._id);
      if (own) taken.push({ ...item, offers: own });
    }
  }
  return taken.slice(0, limit);
}
