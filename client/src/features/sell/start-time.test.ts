import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { aTicket } from '../../../test/fixtures.ts';
import { readStart } from './start-time.ts';
import { toValues } from './to-values.ts';
import { english } from '../../i18n/translate.ts';

const zones = [
  'Europe/Berlin',
  'Europe/London',
  'Europe/Dublin',
  'America/New_York',
  'America/Los_Angeles',
  'America/St_Johns',
  'America/Havana',
  'America/Santiago',
  'America/Nuuk',
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Chatham',
  'Asia/Jerusalem',
  'Asia/Kolkata',
];

type Change = { zone: string; at: number; shift: number };

/** Every change of the clocks in 2026 to 2030; `shift` in milliseconds is negative when they go back. */
function changesOf(zone: string): Change[] {
  const found: Change[] = [];
  let at = Temporal.Instant.from('2026-01-01T00:00Z').toZonedDateTimeISO(zone).getTimeZoneTransition('next');
  while (at && at.epochMilliseconds < Date.UTC(2031, 0)) {
    const before = at.subtract({ milliseconds: 1 });
    const shift = (at.offsetNanoseconds - before.offsetNanoseconds) / 1_000_000;
    found.push({ zone, at: at.epochMilliseconds, shift });
    at = at.getTimeZoneTransition('next');
  }
  return found;
}

const changes = zones.flatMap(changesOf);
const aChange = (sign: number) =>
  fc.constantFrom(...changes.filter(({ shift }) => Math.sign(shift) === sign)).chain((change) =>
    fc.record({
      change: fc.constant(change),
      into: fc.integer({ min: 0, max: Math.abs(change.shift) - 1 }),
    }),
  );
const local = (ms: number, zone: string) =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDateTime();

describe('the start of an event in the listing form', () => {
  it('is not sent by an edit without a change of it, near every change of the clocks', async () => {
    for (const { zone, at, shift } of changes) {
      for (const ms of [at - 1, at, at + 1_000, at - shift, at + shift, at + shift / 2, at - shift / 2]) {
        const saved = toValues(aTicket({ startsAt: new Date(ms).toISOString(), timeZone: zone }));
        expect(await readStart(english, { ...saved, notes: 'changed' }, saved)).toEqual({ body: {} });
      }
    }
  });

  it('is refused when the clocks skip it, in every zone', async () => {
    await fc.assert(
      fc.asyncProperty(aChange(1), async ({ change: { zone, at, shift }, into }) => {
        const skipped = local(at - 1, zone).add({ milliseconds: 1 + (into % shift) });
        const start = await readStart(english, { startsAt: skipped.toString(), timeZone: zone });
        expect(start).toMatchObject({
          error: { field: 'startsAt', message: expect.stringMatching(/does not exist/) },
        });
      }),
    );
  });

  it('is asked about when it comes twice, and the choice is sent, in every zone', async () => {
    await fc.assert(
      fc.asyncProperty(aChange(-1), async ({ change: { zone, at, shift }, into }) => {
        const instants = [at + shift + into, at + into].map((ms) => new Date(ms).toISOString());
        const values = { startsAt: local(at + into, zone).toString(), timeZone: zone };
        const asked = await readStart(english, values);
        expect('choices' in asked && asked.choices?.map(({ iso }) => iso)).toEqual(instants);
        for (const iso of instants)
          expect(await readStart(english, { ...values, startsAtInstant: iso })).toEqual({
            body: { startsAt: iso, timeZone: zone },
          });
      }),
    );
  });

  it('is the instant that was stored when it is listed again, with its seconds', async () => {
    const anInstant = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2030, 11) });
    await fc.assert(
      fc.asyncProperty(anInstant, fc.constantFrom(...zones), async (ms, zone) => {
        const startsAt = new Date(ms).toISOString();
        const values = toValues(aTicket({ startsAt, timeZone: zone }));
        const start = await readStart(english, { ...values, startsAtInstant: startsAt });
        expect(start).toEqual({ body: { startsAt, timeZone: zone } });
      }),
    );
  });

  it.each([
    ['9999-12-31T00:00', /before 31 December 9999/],
    ['12027-01-01T00:00', /before 31 December 9999/],
    ['2027-02-30T10:00', /Enter a date and a time/],
    ['nonsense', /Enter a date/],
  ])('is refused when it is %s', async (startsAt, message) => {
    const start = await readStart(english, { startsAt, timeZone: 'Pacific/Auckland' });
    expect('error' in start && start.error.message).toMatch(message);
  });

  it('is removed by an edit that empties it, and not sent with an unknown stored zone', async () => {
    const saved = toValues(aTicket({ timeZone: 'PST' }));
    expect(saved).toMatchObject({ timeZone: 'UTC', startsAt: '2027-01-23T18:30' });
    expect(await readStart(english, saved, saved)).toEqual({ body: {} });
    expect(await readStart(english, { ...saved, startsAt: '' }, saved)).toEqual({
      body: { startsAt: null, timeZone: null },
    });
  });
});
