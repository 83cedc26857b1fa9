'use client';

import { useRouter } from 'next/navigation';
import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from 'react';
import { retryWhenOnline } from '../../lib/retry-when-online.ts';
import { announce } from '../../lib/announce.ts';
import { cardStatus } from '../../lib/card.ts';
import { compareToFace, formatMoney } from '../../lib/money.ts';
import type { FieldError, Ticket } from '../../lib/types.ts';
import { useLive } from '../../lib/use-live.ts';
import { Note } from '../../ui/note.tsx';
import { PriceComparison } from '../../ui/price-comparison.tsx';
import { factsKey } from './facts.ts';
import { ReserveProblem } from './reserve-problem.tsx';
import { ShareButton } from './share-button.tsx';
import { OwnActions, UnavailableActions } from './ticket-actions.tsx';
import { useLiveTicket } from './use-live-ticket.ts';
import { useReserve } from './use-reserve.ts';
import { inSentence } from '../../i18n/in-sentence.ts';
import { useTranslate } from '#use-translate';
import type { Translate } from '../../i18n/translate.ts';

// Few listings change while someone looks at them.
const ListingChanges = lazy(
  retryWhenOnline(() =>
    import('./listing-changes.tsx').then((module) => ({ default: module.ListingChanges })),
  ),
);

const POLL_MS = 15_000;

type Props = {
  initial: Ticket;
  viewerId: string | undefined;
  /** Certainly signed out: reserving starts at the sign-in page. */
  isGuest: boolean;
  /** Why a reservation right after the sign-in failed. */
  notice: FieldError | undefined;
  /** Below the button. */
  hints: ReactNode;
};

export function PricePanel({ initial, viewerId, isGuest, notice, hints }: Props) {
  const t = useTranslate();
  const { ticket, mutate } = useLiveTicket(initial);
  const router = useRouter();
  const [known, setKnown] = useState(initial);
  const reservation = useReserve({ ticket, known, isGuest, notice, refetch: mutate });

  useLive<Ticket>('tickets', {
    onChange: (changed) => {
      if (changed.id !== ticket.id || changed.version <= ticket.version) return;
      // The stream never contains the order id; only a request by the buyer or the seller returns it.
      const latest = { ...changed };
      delete latest.orderId;
      void mutate(latest, { revalidate: viewerId !== undefined });
    },
    onRefetch: () => void mutate(),
    pollMs: POLL_MS,
  });
  useAnnouncedChanges(ticket, viewerId);

  const isMine = viewerId !== undefined && ticket.userId === viewerId;
  const isForSale = !isMine && ticket.status === 'available';
  const isChanged = isForSale && factsKey(ticket) !== factsKey(known);
  const label = !isChanged ? t('Reserve') : reserveLabel(t, known, ticket);
  const onSeen = () => {
    setKnown(ticket);
    router.refresh(); // the title, the date and the seat beside this panel are rendered by the server
  };
  return (
    <>
      <aside className="split__side panel stack" aria-labelledby="price">
        <Price ticket={ticket} isMine={isMine} />
        {reservation.problem && <ProblemNote problem={reservation.problem} />}
        {isChanged && (
          <Suspense>
            <ListingChanges known={known} current={ticket} onSeen={onSeen} />
          </Suspense>
        )}
        {isMine ? (
          <OwnActions ticket={ticket} />
        ) : isForSale ? (
          <>
            <ReserveButton reservation={reservation} label={label} isWide />
            {!reservation.isOnline && (
              <p className="meta" id="why-offline">
                {t('You need to be online to reserve.')}
              </p>
            )}
            {hints}
          </>
        ) : (
          <UnavailableActions ticket={ticket} />
        )}
        <ShareButton title={ticket.title} />
      </aside>
      {isForSale && (
        <BuyBar ticket={ticket}>
          <ReserveButton reservation={reservation} label={label} />
        </BuyBar>
      )}
    </>
  );
}

/** The button says what the buyer agrees to. */
function reserveLabel(t: Translate, known: Ticket, { price, currency }: Ticket): string {
  return known.price === price
    ? t('Reserve with the changes')
    : t('Reserve at {price}', { price: formatMoney(t, price, currency) });
}

/** Screen readers announce a change of price, facts or status that happens while the page is open. */
function useAnnouncedChanges(ticket: Ticket, viewerId: string | undefined) {
  const t = useTranslate();
  const price = formatMoney(t, ticket.price, ticket.currency);
  const { label } = cardStatus(t, ticket, viewerId);
  const facts = factsKey(ticket);
  const last = useRef({ label, price, facts });
  useEffect(() => {
    if (last.current.price !== price) announce(t('The price is now {price}.', { price }));
    else if (last.current.facts !== facts) announce(t('The seller has changed this listing.'));
    else if (last.current.label !== label) announce(t('This ticket: {status}.', { status: label }));
    last.current = { label, price, facts };
  }, [price, label, facts, t]);
}

function Price({ ticket, isMine }: { ticket: Ticket; isMine: boolean }) {
  const t = useTranslate();
  const { price, faceValue, currency } = ticket;
  const comparison = compareToFace(t, price, faceValue, currency);
  return (
    <>
      <div>
        <h2 className="meta" id="price">
          {priceLabel(t, ticket, isMine)}
        </h2>
        <p className="pay__now">{formatMoney(t, price, currency)}</p>
        {!comparison && <p className="meta">{t('The seller didn’t give a face value to compare with.')}</p>}
        {comparison?.side === 'at' && <p className="meta">{t('At face value')}</p>}
      </div>
      {comparison && faceValue && comparison.side !== 'at' && (
        <PriceComparison price={price} faceValue={faceValue} currency={currency} />
      )}
    </>
  );
}

function priceLabel(t: Translate, ticket: Ticket, isMine: boolean): string {
  if (ticket.status === 'sold') return t('Sold for');
  if (ticket.status === 'withdrawn') return t('Was listed for');
  if (isMine) return t('Buyer pays, all-in');
  return ticket.status === 'reserved' ? t('All-in') : t('You pay, all-in');
}

function ProblemNote({ problem }: { problem: FieldError }) {
  const t = useTranslate();
  const note = useRef<HTMLDivElement>(null);
  useEffect(() => note.current?.focus(), [problem]);
  if (problem.code === 'not_synchronized') {
    return (
      <Note kind="mine" icon="clock" role="status" title={problem.message} level={3} ref={note}>
        <p>{t('It can take a few seconds. Nothing is reserved yet.')}</p>
      </Note>
    );
  }
  return (
    <Note kind="hold" icon="info" role="alert" title={t('Not reserved')} level={3} ref={note}>
      <ReserveProblem error={problem} />
    </Note>
  );
}

type ReserveButtonProps = {
  reservation: ReturnType<typeof useReserve>;
  label: string;
  isWide?: boolean;
};

function ReserveButton({ reservation, label, isWide = false }: ReserveButtonProps) {
  const t = useTranslate();
  const { isPending, isOnline, onReserve } = reservation;
  return (
    <button
      className={`btn btn--main btn--big${isWide ? ' btn--wide reserve' : ''}`}
      type="button"
      aria-disabled={!isOnline || isPending}
      aria-busy={isPending}
      aria-describedby={isOnline ? undefined : 'why-offline'}
      onClick={() => void onReserve()}
    >
      {isPending ? t('Reserving') : label}
    </button>
  );
}

/** On phones the price and the button stay in view. */
function BuyBar({
  ticket: { price, faceValue, currency },
  children,
}: {
  ticket: Ticket;
  children: ReactNode;
}) {
  const t = useTranslate();
  const comparison = compareToFace(t, price, faceValue, currency);
  return (
    <aside className="buybar" aria-label={t('Price and reserve')}>
      <div className="wrap">
        <p className="price__now">
          <small>
            {[t('all-in'), comparison && inSentence(t, comparison.label)].filter(Boolean).join(', ')}
          </small>
          {formatMoney(t, price, currency)}
        </p>
        {children}
      </div>
    </aside>
  );
}
