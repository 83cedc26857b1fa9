import { findPage, newId } from '@ticketing/common';
import { explain, useTestDatabase } from '@ticketing/common/testing';
import { db } from '../db.ts';
import { searchKeys } from './search.ts';
import type { TicketQuery } from './selection.ts';
import { selectTickets } from './selection.ts';
import { findTickets, tickets } from './ticket.ts';

/** Not the time of the run: in the last hours of a day few tickets are left, and the planner sorts them in memory. */
const now = new Date('2031-05-01T10:00:00Z');
const seller = newId();
const LIMIT = 20;
let removeDatabase: () => Promise<void>;
beforeAll(async () => {
  removeDatabase = await useTestDatabase(db);
  const states = ['available', 'available', 'reserved', 'sold', 'withdrawn'] as const;
  const categories = ['music', 'sport', 'comedy'] as const;
  await tickets.insertMany(
    Array.from({ length: 5000 }, (_, i) => {
      const fields = {
        title: `Evening ${i} of ${['opera', 'jazz', 'football'][i % 3]}`,
        amount: 1000 + ((i * 7919) % 9000),
        currency: 'usd',
        city: ['Köln', 'Paris', 'London', 'Berlin'][i % 4],
        ...(i % 6 > 0 && { startsAt: new Date(now.getTime() + (((i * 104729) % 4000) - 500) * 60_000) }),
      };
      return {
        _id: newId(),
        userId: i % 50 === 0 ? seller : newId(),
        status: states[i % 5]!,
        category: categories[i % 3]!,
        reservationSeq: 0,
        version: 0,
        createdAt: new Date(now.getTime() - i * 1000),
        updatedAt: now,
        outbox: [],
        ...fields,
        ...searchKeys(fields),
      };
    }),
  );
});
afterAll(() => removeDatabase());

/** The query plan of one page: the first, or the one after `skipped` tickets. */
async function plan(query: TicketQuery, skipped = 0) {
  const { filter, sort } = selectTickets(query, now, query.mine && seller);
  const [before] = skipped
    ? await findTickets(filter, { [sort.field]: sort.direction, _id: sort.direction }, skipped)
        .skip(skipped - 1)
        .toArray()
    : [];
  const key = before && (before as unknown as Record<string, Date | number>)[sort.field];
  const isDate = key instanceof Date;
  const cursor = before && { key: isDate ? key.getTime() : key!, id: before._id, back: false, isDate };
  let explained: Awaited<ReturnType<typeof explain>> | undefined;
  await findPage(sort, { limit: LIMIT, cursor }, async (beyond, order, limit) => {
    const found = findTickets({ $and: [filter, beyond] }, order, limit);
    explained = await explain(found.clone());
    return found.toArray();
  });
  return explained!;
}

const queries: [string, TicketQuery][] = [
  ['for sale', {}],
  ['for sale, by rising price', { sort: 'price' }],
  ['for sale, by falling price', { sort: '-price' }],
  ['for sale, by date', { sort: 'date' }],
  ['of one status', { status: ['sold'] }],
  ['of several statuses', { status: ['available', 'reserved', 'sold'] }],
  ['of one seller', { mine: '1' }],
  ['of one category', { category: 'music' }],
  ['in one city', { city: 'Köln' }],
  ['between two prices, by rising price', { sort: 'price', min: 30, max: 60 }],
  ['between two prices of one currency', { sort: 'price', currency: 'usd', min: 30, max: 60 }],
  ['between two dates, by date', { sort: 'date', from: now, to: new Date(now.getTime() + 86_400_000) }],
];

describe.each(queries)('the list of tickets %s', (_, query) => {
  it('is read in index order, and examines hardly more documents than it returns', async () => {
    const { used, nReturned, totalDocsExamined } = await plan(query);

    expect(nReturned).toBe(LIMIT + 1);
    expect(used).not.toContain('COLLSCAN');
    expect(used).not.toContain('SORT');
    expect(totalDocsExamined).toBeLessThanOrEqual(nReturned + 5);
  });

  it('examines no more on a later page', async () => {
    const { used, nReturned, totalDocsExamined, totalKeysExamined } = await plan(query, 60);

    expect(nReturned).toBeGreaterThan(0);
    expect(used).not.toContain('COLLSCAN');
    expect(used).not.toContain('SORT');
    expect(totalDocsExamined).toBeLessThanOrEqual(nReturned + 5);
    expect(totalKeysExamined).toBeLessThanOrEqual(4 * nReturned);
  });
});

describe('the list of tickets on one day', () => {
  it.each(['date', 'newest'] as const)(
    'reads no tickets but those of the days around it, by %s',
    async (sort) => {
      const today = now.toISOString().slice(0, 10);
      const around = await tickets.countDocuments({
        status: 'available',
        overAt: { $gt: now, $lt: new Date(Date.parse(today) + 36 * 60 * 60 * 1000) },
      });

      const { used, nReturned, totalDocsExamined } = await plan({ sort, from: today, to: today });

      expect(nReturned).toBeGreaterThan(0);
      expect(used).not.toContain('COLLSCAN');
      expect(used).not.toContain('SORT');
      expect(totalDocsExamined).toBeLessThanOrEqual(around);
    },
  );
});

describe('a search by words', () => {
  it('uses the index of words', async () => {
    const { used, nReturned, totalDocsExamined } = await plan({ q: '777 opera', status: ['reserved'] });

    expect(nReturned).toBe(1);
    expect(used).not.toContain('COLLSCAN');
    expect(totalDocsExamined).toBeLessThanOrEqual(5);
  });
});

describe('the outbox sweep', () => {
  it('uses an index', async () => {
    const leftBehind = tickets.find({ 'outbox.t': { $lt: now } }).sort({ 'outbox.t': 1 });

    const { used } = await explain(leftBehind);

    expect(used).toContain('IXSCAN');
  });
});
