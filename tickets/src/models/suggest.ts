import { cityNamesOf } from './city-names.ts';
import type { ListedEvent } from './listed-event.ts';
import { searchEvents } from './search-events.ts';
import { normalize, searchTermsOf, wordsOf } from './text-keys.ts';
import type { Vocabulary } from './vocabulary.ts';

export type Suggestions = {
  events: Pick<ListedEvent, 'slug' | 'title' | 'startsAt' | 'timeZone' | 'venue' | 'city'>[];
  venues: { name: string; city?: string | undefined }[];
  cities: { name: string }[];
};

const EVENTS = 5;
const PLACES = 3;
/** Events whose venues and cities are looked at. */
const LOOKED_AT = 50;

/** Suggests what has tickets for sale and matches all terms, or resembles them. */
export async function suggest(vocabulary: Vocabulary, q: string, now: Date): Promise<Suggestions> {
  const found = await searchEvents(vocabulary, { q }, now);
  if (found.how === 'some') return { events: [], venues: [], cities: [] };
  const events = (await found.take(undefined, 1, LOOKED_AT)).map(({ event }) => event);
  const isMatch = matcher(vocabulary, q);
  return {
    events: events.slice(0, EVENTS).map(({ slug, title, startsAt, timeZone, venue, city }) => ({
      slug,
      title,
      startsAt,
      timeZone,
      venue,
      city,
    })),
    venues: distinct(
      events.flatMap(({ venue, city }) => (venue && isMatch([venue]) ? [{ name: venue, city }] : [])),
    ),
    cities: distinct(
      events.flatMap(({ city }) => (city && isMatch(cityNamesOf(city)) ? [{ name: city }] : [])),
    ),
  };
}

/** Whether texts have a word for each term of a search. */
function matcher(vocabulary: Vocabulary, q: string): (texts: string[]) => boolean {
  const terms = searchTermsOf(q).map((term) => {
    const exact = vocabulary.matches(term);
    return exact.size > 0 ? exact : vocabulary.similar(term);
  });
  return (texts) => {
    const words = wordsOf(texts.join(' '));
    return terms.length > 0 && terms.every((matches) => words.some((word) => matches.has(word)));
  };
}

function distinct<T extends { name: string }>(places: T[]): T[] {
  const byName = new Map(places.map((place) => [normalize(place.name), place]));
  return [...byName.values()].slice(0, PLACES);
}
