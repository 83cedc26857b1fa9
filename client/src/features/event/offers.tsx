'use client';

import { Link } from '../../ui/link.tsx';
import { useRouter } from 'next/navigation';
import { useTransition } from 'react';
import { cardStatus } from '../../lib/card.ts';
import { compareToFace, formatMoney } from '../../lib/money.ts';
import type { Ticket } from '../../lib/types.ts';
import { useLive } from '../../lib/use-live.ts';
import { ReserveProblem } from '../ticket/reserve-problem.tsx';
import { useReserve } from '../ticket/use-reserve.ts';
import { useTranslate } from '#use-translate';

const POLL_MS = 20_000;

type Props = { eventId: string; tickets: Ticket[]; viewerId: string | undefined; isGuest: boolean };

/** The tickets for sale of an event, each with its price. Reads them again when one of the event changes. */
export function Offers({ eventId, tickets, viewerId, isGuest }: Props) {
  const t = useTranslate();
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const refresh = () => startTransition(() => router.refresh());
  const versions = new Map(tickets.map(({ id, version }) => [id, version]));
  useLive<Ticket>('tickets', {
    onChange: (ticket) => {
      const shown = versions.get(ticket.id);
      const isNew = shown === undefined && ticket.eventId === eventId && ticket.status === 'available';
      if (isNew || (shown !== undefined && ticket.version > shown)) refresh();
    },
    onRefetch: refresh,
    pollMs: POLL_MS,
    maxPollMs: 3 * POLL_MS,
    refetchesOnFirstConnect: false,
  });
  return (
    <ul className="offers" aria-label={t('Tickets')} aria-busy={isPending}>
      {tickets.map((ticket) => (
        <li key={ticket.id} className="offer">
          <Offer ticket={ticket} viewerId={viewerId} isGuest={isGuest} refresh={refresh} />
        </li>
      ))}
    </ul>
  );
}

type OfferProps = {
  ticket: Ticket;
  viewerId: string | undefined;
  isGuest: boolean;
  refresh: () => void;
};

function Offer({ ticket, viewerId, isGuest, refresh }: OfferProps) {
  const t = useTranslate();
  const { id, seat, price, faceValue, currency } = ticket;
  const label = seat ?? t('Seat not given');
  return (
    <>
      <p className="offer__seat">
        <Link href={`/tickets/${id}`} prefetch={false} dir="auto">
          {label}
        </Link>
      </p>
      <p className="offer__price">
        <b className="num">{formatMoney(t, price, currency)}</b>
        <small>{compareToFace(t, price, faceValue, currency)?.label ?? t('Face value not given')}</small>
      </p>
      {cardStatus(t, ticket, viewerId).kind === 'mine' ? (
        <Link className="btn" href={`/sell/${id}`} prefetch={false}>
          {t('Manage')}
        </Link>
      ) : (
        <Reserve ticket={ticket} isGuest={isGuest} refresh={refresh} />
      )}
    </>
  );
}

function Reserve({ ticket, isGuest, refresh }: Omit<OfferProps, 'viewerId'>) {
  const t = useTranslate();
  const { seat } = ticket;
  const price = formatMoney(t, ticket.price, ticket.currency);
  const refetch = () => {
    refresh();
    return Promise.resolve(undefined);
  };
  const { isPending, isOnline, problem, onReserve } = useReserve({
    ticket,
    known: ticket,
    isGuest,
    notice: undefined,
    refetch,
  });
  return (
    <>
      <button
        className="btn btn--main"
        type="button"
        aria-disabled={!isOnline || isPending}
        aria-busy={isPending}
        aria-label={
          seat ? t('Reserve {seat}, {price}', { seat, price }) : t('Reserve this ticket, {price}', { price })
        }
        onClick={() => void onReserve()}
      >
        {t(isPending ? 'Reserving' : 'Reserve')}
      </button>
      {problem && (
        <div className="offer__problem" role="alert">
          <ReserveProblem error={problem} />
        </div>
      )}
    </>
  );
}
