import { toCard } from '../../lib/card.ts';
import { parsePrice } from '../../lib/money.ts';
import { toCategory, type Ticket } from '../../lib/types.ts';
import { TicketCard } from '../catalog/ticket-card.tsx';
import { toListingRequest, type Values } from './listing-values.ts';

/** The card as buyers will see it, from what is typed so far. */
export function ListingPreview({ typed, id }: { typed: Values; id: string | undefined }) {
  return (
    <aside className="split__side stack" aria-labelledby="preview">
      <h2 className="meta" id="preview">
        As buyers will see it
      </h2>
      <div className="preview">
        <TicketCard card={toCard(typedTicket(typed, id ?? 'preview'), undefined)} isPreview />
      </div>
      {!id && <p className="small">Artwork is created when you list.</p>}
    </aside>
  );
}

function typedTicket(typed: Values, id: string): Ticket {
  const currency = typed.currency ?? 'usd';
  const price = parsePrice(typed.price ?? '', currency);
  const faceValue = parsePrice(typed.faceValue ?? '', currency);
  const startsAt = toListingRequest(typed, { isNew: true }).body.startsAt as string | undefined;
  const category = toCategory(typed.category);
  const ticket: Ticket = {
    id,
    version: 0,
    title: typed.title?.trim() || 'Your ticket',
    price: typeof price === 'number' ? price : 0,
    currency,
    userId: '',
    status: 'available',
    createdAt: '',
    updatedAt: '',
    hasSecret: Boolean(typed.secret),
  };
  if (typeof faceValue === 'number') ticket.faceValue = faceValue;
  if (startsAt) ticket.startsAt = startsAt;
  if (typed.timeZone) ticket.timeZone = typed.timeZone;
  if (category) ticket.category = category;
  for (const name of ['venue', 'city', 'seat'] as const) {
    const text = typed[name]?.trim();
    if (text) ticket[name] = text;
  }
  return ticket;
}
