import { createHash } from 'node:crypto';
import { cityKeyOf } from './city-names.ts';
import { localStartOf } from './local-date.ts';
import { fold, normalize } from './text-keys.ts';

/** What sellers say about an event; everything else of a ticket is about the ticket. */
export type EventFacts = {
  title: string;
  startsAt?: Date | undefined;
  timeZone?: string | undefined;
  venue?: string | undefined;
  city?: string | undefined;
};

/**
 * The id of the event that a ticket is for. Tickets have the same id when their titles, their venues and the times on the
 * clock at the venue are the same, without differences of case, accents, spaces and punctuation. Without a venue, the
 * city names the place. The id is a hash, so two replicas that list tickets of a new event compute the same id, and the
 * primary key of the events decides which of them inserts it.
 */
export function eventIdOf(facts: EventFacts, start = startOf(facts)): string {
  const { venue, city } = facts;
  const place = venue ? ['venue', nameKey(venue)] : city ? ['city', cityKeyOf(city)] : [];
  const identity = JSON.stringify([nameKey(facts.title), start, ...place]);
  return createHash('sha256').update(identity).digest('hex').slice(0, ID_DIGITS);
}

/**
 * The address of an event: the words of its title, its date and the beginning of its id, such as
 * `mahler-symphony-no-9-2031-05-01-3f2a9c81d0`. An event keeps the address that was stored with it.
 */
export function slugOf(facts: EventFacts): string {
  const words = fold(facts.title)
    .replace(/[^a-z0-9]+/gu, '-')
    .slice(0, MAX_WORDS_LENGTH);
  const date = startOf(facts).split('T')[0];
  return [...words.split('-'), date, eventIdOf(facts).slice(0, SLUG_ID_DIGITS)].filter(Boolean).join('-');
}

/** The date of events without a date: they are never over, and sort last. Every real date is before it. */
export const NO_DATE = new Date('9999-12-31T00:00:00.000Z');

/**
 * What events sort by: the time on the clock at the venue, as if it were UTC, or `NO_DATE`. It is part of the identity, so
 * all tickets of an event have the same, whereas their instants may differ by seconds or by zone.
 */
export function eventAtOf(facts: EventFacts, start = startOf(facts)): Date {
  return start ? new Date(`${start}Z`) : NO_DATE;
}

/** What an address says about the id of its event: all of it, or its beginning. */
export function addressOf(address: string): { id?: string; beginning?: string } {
  if (/^[0-9a-f]{24}$/.test(address)) return { id: address };
  const beginning = /(?:^|-)([0-9a-f]{10})$/.exec(address)?.[1];
  return beginning ? { beginning } : {};
}

/** The time on a clock at the venue (see `localStartOf`), or an empty text without a date. */
export function startOf({ startsAt, timeZone }: EventFacts): string {
  return startsAt ? localStartOf(startsAt, timeZone) : '';
}

/** As many as the ids of documents have, so that both have one form. */
const ID_DIGITS = 24;
const SLUG_ID_DIGITS = 10;
const MAX_WORDS_LENGTH = 60;

/** A name may consist of punctuation only, such as that of the band !!!. */
function nameKey(name: string): string {
  return normalize(name) || fold(name).trim();
}
