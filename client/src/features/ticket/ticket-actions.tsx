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
  return (
    <>
      <p className="meta">
        {ticket.status === 'reserved'
          ? 'A buyer is paying for this one. You can’t change it in the meantime.'
          : 'This is your listing, as buyers see it.'}
      </p>
      <Link className="btn btn--main btn--big btn--wide" href={`/sell/${ticket.id}`} prefetch={false}>
        Manage
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
      <p className="meta">It’s reserved for you. Pay to make it yours.</p>
      <a className="btn btn--main btn--big btn--wide" href={`/checkout/${orderId}`}>
        Pay {formatMoney(t, ticket.price, ticket.currency)}
      </a>
    </>
  );
}

function WatchAction({ ticket }: Props) {
  const isWatched = useWatchedIds().includes(ticket.id);
  return (
    <>
      <p className="meta">Someone else is checking out. Reserved tickets often come back.</p>
      <button
        className="btn btn--big btn--wide"
        type="button"
        aria-pressed={isWatched}
        onClick={() => setWatched(ticket.id, !isWatched)}
      >
        <Icon name="bell" /> {isWatched ? 'We’ll let you know' : 'Notify me if it’s available again'}
      </button>
      {isWatched && <p className="meta">Only while Encore is open in this browser.</p>}
    </>
  );
}

function NoLongerForSale({ ticket }: Props) {
  return (
    <>
      <p className="meta">
        {ticket.status === 'sold' && ticket.soldAt ? (
          <>
            Sold on <LocalTime iso={ticket.soldAt} withDay />.
          </>
        ) : ticket.status === 'sold' ? (
          'This ticket has been sold.'
        ) : (
          'The seller has withdrawn it.'
        )}
      </p>
      <Link
        className="btn btn--big btn--wide"
        href={ticket.category ? `/tickets?category=${ticket.category}` : '/tickets'}
        prefetch={false}
      >
        See similar tickets
      </Link>
    </>
  );
}
