import { canonicalTimeZone } from './time-zones.ts';

describe('canonicalTimeZone', () => {
  it.each([
    'Europe/Berlin',
    'America/Argentina/Buenos_Aires',
    'America/Coyhaique',
    'America/Ciudad_Juarez',
    'Europe/Kyiv',
    'Asia/Kolkata',
    'UTC',
  ])('keeps %s', (name) => {
    expect(canonicalTimeZone(name)).toBe(name);
  });

  it.each([
    ['US/Pacific', 'America/Los_Angeles'],
    ['Canada/Eastern', 'America/Toronto'],
    ['Asia/Calcutta', 'Asia/Kolkata'],
    ['Asia/Rangoon', 'Asia/Yangon'],
    ['Europe/Kiev', 'Europe/Kyiv'],
    ['America/Godthab', 'America/Nuuk'],
    ['Africa/Asmera', 'Africa/Asmara'],
    ['Pacific/Truk', 'Pacific/Chuuk'],
    ['Etc/UTC', 'UTC'],
    ['Etc/Zulu', 'UTC'],
    ['europe/berlin', 'Europe/Berlin'],
  ])('returns the current name of %s: %s', (name, canonical) => {
    expect(canonicalTimeZone(name)).toBe(canonical);
  });

  it.each(['Europe/Oslo', 'Europe/Amsterdam', 'Europe/Zagreb', 'Atlantic/Reykjavik', 'America/Atikokan'])(
    'keeps %s, which the database links to a zone of another country',
    (name) => {
      expect(canonicalTimeZone(name)).toBe(name);
    },
  );

  it.each([
    'PST',
    'CET',
    'JST',
    'IST',
    'EST5EDT',
    'GMT',
    'Japan',
    'Etc/GMT+5',
    'Etc/GMT',
    'SystemV/PST8',
    'US/Pacific-New',
    'Factory',
    '+02:00',
    'Mars/Olympus',
    '',
    'constructor',
    7,
    null,
    ['Europe/Berlin'],
  ])('refuses %j', (value) => {
    expect(canonicalTimeZone(value)).toBeUndefined();
  });
});
