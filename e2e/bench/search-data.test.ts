import { searchKeys } from '../../tickets/src/models/search.ts';
import { makeEvent, searchKinds, titleWords } from './search-data.ts';

const now = new Date('2030-01-15T12:00:00Z');

describe('the data for measuring searches', () => {
  it('have 2,900 different words in their titles', () => {
    expect(new Set(titleWords).size).toBe(2_900);
  });

  it('have five tickets for each event, with the words of the event and of their seat', () => {
    const { event, tickets } = makeEvent(7, now);
    expect(tickets.map(({ eventId }) => eventId)).toEqual(Array(5).fill(event._id));
    for (const { words } of tickets)
      expect(words).toEqual(expect.arrayContaining([...event.words, 'row', '8']));
    expect(new Set(tickets.map(({ _id }) => _id)).size).toBe(5);
  });

  it('have the search keys that the service computes', () => {
    for (const ticket of makeEvent(7, now).tickets) expect(ticket).toMatchObject(searchKeys(ticket));
  });

  it('have no two events that are the same', () => {
    const ids = Array.from({ length: 2_000 }, (_, event) => makeEvent(event, now).event._id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('have titles whose words do not follow from each other', () => {
    const titles = Array.from({ length: 2_000 }, (_, event) => makeEvent(event * 101, now).event.title);
    const pairs = new Set(titles.map((title) => title.split(' ').slice(0, 2).join(' ')));
    expect(pairs.size).toBeGreaterThan(1_950);
  });

  it('are the same in every run, but for the ids of the tickets', () => {
    expect(makeEvent(7, now).event).toEqual(makeEvent(7, now).event);
  });

  it.each(['a word', 'two words', 'a city', 'a word and a city', 'a word and a seat'])(
    'are searched by words that a ticket of the event has: %s',
    (kind) => {
      const words = new Set(makeEvent(7, now).tickets[0]?.words);
      const terms = searchKinds[kind]?.(7, now).toLowerCase().split(' ') ?? [];
      expect(terms.filter((term) => !words.has(term))).toEqual([]);
    },
  );

  it.each(['a typo', 'an inside'])('are searched by a text that is no word of them: %s', (kind) => {
    const known = new Set(titleWords);
    for (let event = 0; event < 100; event++)
      expect(known.has(searchKinds[kind]?.(event, now) ?? '')).toBe(false);
  });
});
