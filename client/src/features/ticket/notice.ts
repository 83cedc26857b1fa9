import { sentenceOf } from '../../lib/error-sentences.ts';
import type { FieldError } from '../../lib/types.ts';
import type { Translate } from '../../i18n/translate.ts';

/** The refusals of a reservation; any other text in the address is ignored. */
const REFUSALS = new Set([
  'ticket_reserved',
  'ticket_sold',
  'ticket_withdrawn',
  'price_changed',
  'listing_changed',
  'cooldown',
  'reservation_limit',
  'rate_limited',
  'event_over',
  'own_ticket',
]);

/** Why the reservation right after the sign-in failed: the sign-in page adds the code to the address of the ticket. */
export function readNotice(t: Translate, code: string | string[] | undefined): FieldError | undefined {
  if (typeof code !== 'string' || !REFUSALS.has(code)) return undefined;
  const message = sentenceOf(t, code);
  return message === undefined ? undefined : { code, message };
}
