import { unreachable } from '../../lib/http.ts';
import type { FieldError } from '../../lib/types.ts';
import type { LocalInstant } from '../../lib/wall-clock.ts';
import type { Values } from './listing-values.ts';
import type { Translate } from '../../i18n/translate.ts';

/** The start of the event in a request; `choices` are the two instants of a local time that exists twice. */
export type Start =
  | { body: { startsAt?: string | null; timeZone?: string | null } }
  | { error: FieldError; choices?: LocalInstant[] };

/** The library for time zones is a chunk of its own: the form needs it only when it is sent with a date. */
export const loadWallClock = () => import('../../lib/wall-clock.ts');

/** The service refuses dates from the last day of the year 9999 on. */
const LATEST = '9999-12-30T23:59';

function refuse(message: string): Start {
  return { error: { field: 'startsAt', message } };
}

/**
 * The start to send for what is typed. An edit of a listing (`saved` are its values) sends none unless the date, the time
 * or the zone has changed, so that nothing is converted in vain.
 */
export async function readStart(t: Translate, values: Values, saved?: Values): Promise<Start> {
  const { startsAt = '', timeZone = 'UTC', startsAtInstant } = values;
  if (saved && startsAt === saved.startsAt && (startsAt === '' || timeZone === saved.timeZone))
    return { body: {} };
  if (startsAt === '') return { body: saved ? { startsAt: null, timeZone: null } : {} };
  if (startsAt > LATEST || !/^\d{4}-/.test(startsAt))
    return refuse(t('Enter a date before 31 December 9999'));
  const library = await loadWallClock().catch(() => undefined);
  if (!library) return { error: unreachable() };
  const instants = library.toInstants(startsAt, timeZone);
  const [first, second] = instants ?? [];
  if (!instants) return refuse(t('Enter a date and a time'));
  if (!first)
    return refuse(t('The clocks go forward over this time, so it does not exist. Enter another one'));
  const chosen = second ? instants.find(({ iso }) => iso === startsAtInstant) : first;
  if (chosen) return { body: { startsAt: chosen.iso, timeZone } };
  const message = t('The clocks go back on this day, so this time comes twice. Choose one of the two');
  return { error: { field: 'startsAt', message }, choices: instants };
}
