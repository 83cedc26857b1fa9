// Tickets, events and searches for measuring searches: the same ones in every run.
import { newId, toPrice } from '@ticketing/common';
import { cityKeyOf } from '../../tickets/src/models/city-names.ts';
import { eventAtOf, eventIdOf } from '../../tickets/src/models/event-identity.ts';
import { priceKeyOf } from '../../tickets/src/models/price-key.ts';
import { SEARCH_FORM, searchWords } from '../../tickets/src/models/search.ts';
import { wordsOf } from '../../tickets/src/models/text-keys.ts';
import { at } from './calls.ts';

export const TICKETS_OF_EVENT = 5;
const TITLE_WORDS = 3;
const VENUES = 50;
const ROWS = 40;
const DAYS = 365;
const DAY_MS = 86_400_000;

const cities = 'Vienna Munich Cologne Berlin Hamburg Zurich Prague Warsaw Oslo Porto'.split(' ');
const halls = 'Hall Theatre Arena Garden Cellar'.split(' ');
const currencies = ['eur', 'usd', 'gbp'];

const [starts, middles, ends] = [
  'ba de fi go ku la me ni po ru sa te vi wo zu bra cle dri flo gru',
  'lam ben rin dos tur mal ren sil von kus par fel',
  'ta ne ri mo lus der gan xis bel kor fen zad pi',
].map((syllables) => syllables.split(' ')) as [string[], string[], string[]];

/** 2,900 words of three syllables, as many as the titles of a real shop may have in common. */
export const titleWords = starts
  .flatMap((start) => middles.flatMap((middle) => ends.map((end) => start + middle + end)))
  .slice(0, 2_900);

/** A number below `size` that looks random, and is the same in every run: the last steps of MurmurHash3. */
function scatter(index: number, size: number): number {
  let hash = index + 1;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % size;
}

/** The same for one of up to eight facts of an event, which do not depend on each other. */
function scatterFact(event: number, fact: number, size: number): number {
  return scatter(event * 8 + fact, size);
}

function wordsOfEvent(event: number): string[] {
  return Array.from({ length: TITLE_WORDS }, (_, position) =>
    at(titleWords, scatterFact(event, position, titleWords.length)),
  );
}

function factsOfEvent(event: number, now: Date) {
  const startsAt = new Date(now.getTime() + (1 + scatterFact(event, 3, DAYS)) * DAY_MS);
  startsAt.setUTCHours(18 + (event % 4), 0, 0, 0);
  return {
    title: wordsOfEvent(event).join(' '),
    venue: `${at(titleWords, scatterFact(event, 4, VENUES))} ${at(halls, event)}`,
    city: at(cities, scatterFact(event, 5, cities.length)),
    category: 'music' as const,
    startsAt,
    timeZone: 'UTC',
  };
}

/** One event and its tickets with all fields that lists and searches use, as the service stores them. */
export function makeEvent(event: number, now: Date) {
  const facts = factsOfEvent(event, now);
  const { title, city, startsAt } = facts;
  // `searchKeys` would need a millisecond for the time zone, which here is UTC.
  const start = startsAt.toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length);
  const [eventId, eventAt] = [eventIdOf(facts, start), eventAtOf(facts, start)];
  const localDate = start.split('T')[0];
  const keys = {
    overAt: startsAt,
    localDate,
    cityKey: cityKeyOf(city),
    eventId,
    eventAt,
    searchForm: SEARCH_FORM,
  };
  const words = searchWords(facts);
  const tickets = Array.from({ length: TICKETS_OF_EVENT }, (_, position) => {
    const index = event * TICKETS_OF_EVENT + position;
    const [amount, currency] = [1_000 + scatter(index, 20_000), at(currencies, index)];
    const seat = `Row ${rowOf(event)}, seat ${position + 1}`;
    return {
      ...facts,
      ...keys,
      _id: newId(),
      seat,
      amount,
      currency,
      listPrice: toPrice(amount, currency),
      priceKey: priceKeyOf(amount, currency),
      words: [...new Set([...words, ...wordsOf(seat)])],
      status: position === TICKETS_OF_EVENT - 1 ? 'sold' : 'available',
      createdAt: new Date(now.getTime() - index * 1_000),
    };
  });
  const slug = [...title.split(' '), eventId.slice(0, 10)].join('-');
  const stored = { ...facts, _id: eventId, slug, eventAt, words, createdAt: now };
  return { event: stored, tickets };
}

function rowOf(event: number): number {
  return 1 + (event % ROWS);
}

/** The kinds of searches of docs/decisions/0052-search-by-known-words.md: what someone types who looks for an event. */
export const searchKinds: Record<string, (event: number, now: Date) => string> = {
  'a word': (event) => wordOf(event),
  'two words': (event) => wordsOfEvent(event).slice(0, 2).join(' '),
  'a beginning': (event) => wordOf(event).slice(0, 4),
  'a city': (event, now) => factsOfEvent(event, now).city,
  'a word and a city': (event, now) => `${wordOf(event)} ${factsOfEvent(event, now).city}`,
  'a word and a seat': (event) => `${wordOf(event)} row ${rowOf(event)}`,
  'a typo': (event) => wordOf(event).replace(/^(...)./, '$1q'),
  'an inside': (event) => wordOf(event).slice(2),
};

function wordOf(event: number): string {
  return wordsOfEvent(event)[0] as string;
}

/** The events that searches look for. */
export function someEvent(index: number, count: number): number {
  return scatter(index * 31, count);
}
