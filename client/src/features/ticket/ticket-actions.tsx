'use client';

import { Link } from '../../ui/link.tsx';
import { formatMoney } from '../../lib/money.ts';
import type { Ticket } from '../../lib/types.ts';
import { setWatched, useWatchedIds } from '../../lib/watched-tickets.ts';
import { Icon } from '../../ui/icon.tsx';
import { LocalTime } from '../../ui/local-time.tsx';
import { useTranslate } from '#use-translate';

type Props = { ticket: Ticket };

/** What the seller can do with this ticket. */
export function OwnActions({ ticket }: Props) {
  const t = useTranslate();
  return (
    <>
      <p className="meta">
        {ticket.status === 'reserved'
          ? t('A buyer is paying for this one. You can’t change it in the meantime.')
          : t('This is your listing, as buyers see it.')}
      </p>
      <Link className="btn btn--main btn--big btn--wide" href={`/sell/${ticket.id}`} prefetch={false}>
        {t('Manage')}
      </Link>
    </>
  );
}

/** What a buyer can do with a ticket that is not available. */
export function UnavailableActions({ ticket }: Props) {
  if (ticket.status !== 'reserved') return <NoLongerForSale ticket={ticket} />;
  return ticket.orderId ? (
    <PayAction ticket={ticket} orderId={ticket.orderId} />
  ) : (
    <WatchAction ticket={ticket} />
  );
}

function PayAction({ ticket, orderId }: Props & { orderId: string }) {
  const t = useTranslate();
  return (
    <>
      <p className="meta">{t('It’s reserved for you. Pay to make it yours.')}</p>
      <a className="btn btn--main btn--big btn--wide" href={t.path(`/checkout/${orderId}`)}>
        {t('Pay {amount}', { amount: formatMoney(t, ticket.price, ticket.currency) })}
      </a>
    </>
  );
}

function WatchAction({ ticket }: Props) {
  const t = useTranslate();
  const isWatched = useWatchedIds().includes(ticket.id);
  return (
    <>
      <p className="meta">{t('Someone else is checking out. Reserved tickets often come back.')}</p>
      <button
        className="btn btn--big btn--wide"
        type="button"
        aria-pressed={isWatched}
        onClick={() => setWatched(ticket.id, !isWatched)}
      >
        <Icon name="bell" /> {isWatched ? t('We’ll let you know') : t('Notify me if it’s available again')}
      </button>
      {isWatched && <p className="meta">{t('Only while Encore is open in this browser.')}</p>}
    </>
  );
}

function NoLongerForSale({ ticket }: Props) {
  const t = useTranslate();
  return (
    <>
      <p className="meta">
        {ticket.status === 'sold' && ticket.soldAt
          ? t.rich('Sold on {date}.', { date: <LocalTime iso={ticket.soldAt} withDay /> })
          : ticket.status === 'sold'
            ? t('This ticket has been sold.')
            : t('The seller has withdrawn it.')}
      </p>
      <Link
        className="btn btn--big btn--wide"
        href={ticket.category ? `/tickets?category=${ticket.category}` : '/tickets'}
        prefetch={false}
      >
        {t('See similar tickets')}
      </Link>
    </>
  );
}
