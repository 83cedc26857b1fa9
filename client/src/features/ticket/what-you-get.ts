import type { Ticket } from '../../lib/types.ts';
import type { Translate } from '../../i18n/translate.ts';

/** What a buyer gets, said before they pay. No seller has to add an entry code, so its absence is said too. */
export function whatYouGet(t: Translate, { hasSecret }: Pick<Ticket, 'hasSecret'>): string {
  return hasSecret
    ? t('1 ticket with an entry code from the seller, in your orders as soon as you’ve paid')
    : t('1 ticket without an entry code: the seller hasn’t added one yet');
}
