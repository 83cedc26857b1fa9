import { aTicket } from '../../../test/fixtures.ts';
import { changedFacts } from './changed-facts.ts';
import { factsKey } from './facts.ts';
import { english } from '../../i18n/translate.ts';

const known = aTicket({
  title: 'Requiem',
  price: 88,
  startsAt: '2027-01-23T18:30:00Z',
  timeZone: 'Europe/Vienna',
  venue: 'Musikverein',
  city: 'Vienna',
  seat: 'Row 3, seat 14',
});

describe('changedFacts', () => {
  it.each([
    ['title', { title: 'Faust' }, { label: 'Title', from: 'Requiem', to: 'Faust' }],
    ['price', { price: 84 }, { label: 'Price', from: '€88.00', to: '€84.00' }],
    [
      'date',
      { startsAt: '2027-01-24T18:30:00Z' },
      {
        label: 'When',
        from: 'Saturday 23 January 2027, 19:30 (Vienna time)',
        to: 'Sunday 24 January 2027, 19:30 (Vienna time)',
      },
    ],
    [
      'time zone',
      { timeZone: 'Europe/London' },
      {
        label: 'When',
        from: 'Saturday 23 January 2027, 19:30 (Vienna time)',
        to: 'Saturday 23 January 2027, 18:30 (London time)',
      },
    ],
    ['venue', { venue: 'Arena' }, { label: 'Where', from: 'Musikverein, Vienna', to: 'Arena, Vienna' }],
    ['city', { city: 'Graz' }, { label: 'Where', from: 'Musikverein, Vienna', to: 'Musikverein, Graz' }],
    ['seat', { seat: 'Row 40' }, { label: 'Seat', from: 'Row 3, seat 14', to: 'Row 40' }],
  ])('returns the old and the new text of a changed %s', (_field, change, expected) => {
    expect(changedFacts(english, known, { ...known, ...change })).toEqual([expected]);
    expect(factsKey({ ...known, ...change })).not.toBe(factsKey(known));
  });

  it('returns nothing for changes that a buyer need not agree to', () => {
    const current = { ...known, version: 9, status: 'reserved' as const, notes: 'New', faceValue: 1 };
    expect(changedFacts(english, known, current)).toEqual([]);
    expect(factsKey(current)).toBe(factsKey(known));
  });
});
