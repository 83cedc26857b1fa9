import { Link } from '../../ui/link.tsx';
import type { ReactNode } from 'react';
import { formatVenue } from '../../lib/card.ts';
import { formatMoney } from '../../lib/money.ts';
import { formatEventDay } from '../../lib/time.ts';
import type { Ticket } from '../../lib/types.ts';
import { PosterImage } from '../../ui/poster-image.tsx';
import { useTranslate } from '#use-translate';

const POSTERS = [
  ['encore-w1', 'music'],
  ['encore-w2', 'theatre'],
  ['encore-w3', 'festival'],
  ['encore-w4', 'sport'],
  ['encore-w5', 'classical'],
  ['encore-w6', 'comedy'],
  ['encore-w7', 'other'],
  ['encore-w8', 'sport'],
] as const;

/** The two-column layout of the sign-in and sign-up pages. */
export function AuthFrame({ children }: { children: ReactNode }) {
  const t = useTranslate();
  return (
    <main id="main" tabIndex={-1} className="door">
      <div className="door__form wrap">
        <div className="stack stack--wide">{children}</div>
      </div>
      <aside className="door__side" aria-label={t('About Encore')}>
        <div className="door__wall" aria-hidden="true">
          {POSTERS.map(([id, category]) => (
            <PosterImage key={id} id={id} category={category} />
          ))}
        </div>
        <p>{t('Someone’s spare seat is your best night out.')}</p>
        <p>{t('All-in prices, shown next to face value, and no made-up queues.')}</p>
      </aside>
    </main>
  );
}

export function TicketToReserve({ ticket }: { ticket: Ticket }) {
  const t = useTranslate();
  const day = ticket.startsAt ? formatEventDay(t, ticket.startsAt, ticket.timeZone) : undefined;
  return (
    <div className="mini mini--box">
      <PosterImage id={ticket.eventId ?? ticket.id} category={ticket.category} />
      <div>
        <p>
          <b dir="auto">{ticket.title}</b>
        </p>
        <p className="meta">
          {day && `${day}, `}
          <span dir="auto">{ticket.city ?? formatVenue(t, ticket)}</span>
          <br />
          {t('{price} all-in. We’ll reserve it as soon as you’re signed in.', {
            price: formatMoney(t, ticket.price, ticket.currency),
          })}
        </p>
      </div>
    </div>
  );
}

export function OtherModeLink({ mode, query }: { mode: 'signin' | 'signup'; query: string }) {
  const t = useTranslate();
  return mode === 'signin' ? (
    <div className="rule row row--apart">
      <p className="meta">{t('New here? All you need is an email and a password.')}</p>
      <Link className="btn" href={`/auth/signup${query}`} prefetch={false}>
        {t('Create an account')}
      </Link>
    </div>
  ) : (
    <div className="rule row row--apart">
      <p className="meta">{t('Already have an account?')}</p>
      <Link className="btn" href={`/auth/signin${query}`} prefetch={false}>
        {t('Sign in')}
      </Link>
    </div>
  );
}
