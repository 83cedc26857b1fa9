import { toCard, type Card } from '../../lib/card.ts';
import { formatLocalTime } from '../../lib/time.ts';
import { toCategory, type Ticket } from '../../lib/types.ts';
import { TicketCard } from '../catalog/ticket-card.tsx';
import { EventSuggestions, type FormStart } from './event-suggestions.tsx';
import type { Values } from './listing-values.ts';
import { parsePrice } from './price-input.ts';
import { useTranslate } from '#use-translate';
import type { Translate } from '../../i18n/translate.ts';

type Props = FormStart & { typed: Values; id: string | undefined };

/** The card as buyers will see it, from what is typed so far. With it load the suggestions for the title. */
export function ListingPreview({ typed, id, ...start }: Props) {
  const t = useTranslate();
  return (
    <aside className="split__side stack" aria-labelledby="preview">
      <EventSuggestions {...start} />
      <h2 className="meta" id="preview">
        {t('As buyers will see it')}
      </h2>
      <div className="preview">
        <TicketCard card={typedCard(t, typed, id ?? 'preview')} isPreview />
      </div>
      {start.isNew && <p className="small">{t('Artwork is created when you list.')}</p>}
    </aside>
  );
}

/** The local time that is typed is the text to show, whichever zone it is in. */
function typedCard(t: Translate, typed: Values, id: string): Card {
  const card = toCard(t, typedTicket(t, typed, id), undefined);
  return typed.startsAt ? { ...card, when: formatLocalTime(t, typed.startsAt, typed.timeZone) } : card;
}

function typedTicket(t: Translate, typed: Values, id: string): Ticket {
  const currency = typed.currency ?? 'usd';
  const price = parsePrice(t, typed.price ?? '', currency);
  const faceValue = parsePrice(t, typed.faceValue ?? '', currency);
  const category = toCategory(typed.category);
  const ticket: Ticket = {
    id,
    version: 0,
    title: typed.title?.trim() || t('Your ticket'),
    price: typeof price === 'number' ? price : 0,
    currency,
    userId: '',
    status: 'available',
    createdAt: '',
    updatedAt: '',
    hasSecret: Boolean(typed.secret),
  };
  if (typeof faceValue === 'number') ticket.faceValue = faceValue;
  if (category) ticket.category = category;
  for (const name of ['venue', 'city', 'seat'] as const) {
    const text = typed[name]?.trim();
    if (text) ticket[name] = text;
  }
  return ticket;
}
