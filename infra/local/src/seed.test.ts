import { timeAt, trySeedCatalog } from './seed.ts';

describe('trySeedCatalog', () => {
  it('reports why the demo data are incomplete instead of throwing', async () => {
    const warnings: string[] = [];
    const options = { url: 'http://127.0.0.1:9', marker: '/nowhere/seeded.json' };

    await trySeedCatalog(options, (line) => warnings.push(line));

    expect(warnings).toEqual([expect.stringMatching(/^The demo data are incomplete, .*: fetch failed/)]);
  });
});

describe('timeAt', () => {
  it.each([
    ['Europe/London in summer', '2026-07-01', '19:30', 'Europe/London', '2026-07-01T18:30:00.000Z'],
    ['Europe/London in winter', '2026-12-01', '19:30', 'Europe/London', '2026-12-01T19:30:00.000Z'],
    ['New York', '2026-12-01', '20:00', 'America/New_York', '2026-12-02T01:00:00.000Z'],
    ['Tokyo', '2026-12-01', '16:30', 'Asia/Tokyo', '2026-12-01T07:30:00.000Z'],
    ['Sydney', '2026-12-01', '09:30', 'Australia/Sydney', '2026-11-30T22:30:00.000Z'],
    [
      'Berlin on the night that summer time ends',
      '2026-10-25',
      '03:30',
      'Europe/Berlin',
      '2026-10-25T02:30:00.000Z',
    ],
  ])('converts local time to UTC in %s', (_where, day, at, zone, expected) => {
    expect(timeAt(new Date(`${day}T12:00:00Z`), at, zone).toISOString()).toBe(expected);
  });
});
