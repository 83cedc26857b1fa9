import type { EventFacts } from './event-identity.ts';
import { eventIdOf, slugOf } from './event-identity.ts';

const facts: EventFacts = {
  title: 'Mahler: Symphony No. 9',
  startsAt: new Date('2031-05-01T18:00:00Z'),
  timeZone: 'Europe/Vienna',
  venue: 'Großer Musikvereinssaal',
  city: 'Wien',
};
const idOf = (changes: Partial<EventFacts>) => eventIdOf({ ...facts, ...changes });

describe('eventIdOf', () => {
  it.each<[string, Partial<EventFacts>]>([
    ['case', { title: 'MAHLER: SYMPHONY NO. 9' }],
    ['accents and ligatures', { title: 'Máhler: Symphony No. 9', venue: 'Grosser Musikvereinssaal' }],
    ['punctuation and spaces', { title: ' Mahler – Symphony  No 9' }],
    ['the zone when its clock shows the same time', { timeZone: 'Europe/Berlin' }],
    [
      'the instant when the clock shows the same time',
      { timeZone: 'UTC', startsAt: new Date('2031-05-01T20:00:00Z') },
    ],
    ['seconds', { startsAt: new Date('2031-05-01T18:00:59Z') }],
    ['the city when there is a venue', { city: 'Vienna' }],
  ])('ignores differences of %s', (_, changes) => {
    expect(idOf(changes)).toBe(eventIdOf(facts));
  });

  it.each<[string, Partial<EventFacts>]>([
    ['title', { title: 'Mahler: Symphony No. 8' }],
    ['venue', { venue: 'Konzerthaus' }],
    ['start', { startsAt: new Date('2031-05-01T18:01:00Z') }],
    ['zone with another time on the clock', { timeZone: 'Europe/London' }],
    ['missing start', { startsAt: undefined }],
    ['missing venue', { venue: undefined }],
  ])('distinguishes events by %s', (_, changes) => {
    expect(idOf(changes)).not.toBe(eventIdOf(facts));
  });

  it('distinguishes names that consist of punctuation', () => {
    expect(idOf({ title: '!!!' })).not.toBe(idOf({ title: '…?' }));
  });

  it('knows a city by all of its names when there is no venue', () => {
    expect(idOf({ venue: undefined, city: 'Vienna' })).toBe(idOf({ venue: undefined, city: 'Wien' }));
    expect(idOf({ venue: undefined, city: 'Graz' })).not.toBe(idOf({ venue: undefined, city: 'Wien' }));
  });
});

describe('slugOf', () => {
  it('has the words, the local date and the beginning of the id', () => {
    expect(slugOf(facts)).toBe(`mahler-symphony-no-9-2031-05-01-${eventIdOf(facts).slice(0, 10)}`);
  });

  it('has the id alone when nothing else can be written in an address', () => {
    const japanese = { title: '東京' };

    expect(slugOf(japanese)).toBe(eventIdOf(japanese).slice(0, 10));
  });
});
