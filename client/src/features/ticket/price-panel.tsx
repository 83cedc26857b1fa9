'use client';

import Link from 'next/link';
import { useEffect, useRef, useState } from 'react';
import { announce } from '../../lib/announce.ts';
import { statusOf } from '../../lib/card.ts';
import { compareToFace, money } from '../../lib/money.ts';
import { signInPath } from '../../lib/paths.ts';
import type { Ticket } from '../../lib/types.ts';
import { useLive } from '../../lib/use-live.ts';
import { useOnline } from '../../lib/use-online.ts';
import { setWatched, useWatched } from '../../lib/watch.ts';
import { Icon } from '../../ui/icon.tsx';
import { LocalTime } from '../../ui/local-time.tsx';
import { Note } from '../../ui/note.tsx';
import { PriceGlass } from '../../ui/price-glass.tsx';
import { knownReason, reasonFor } from './reasons.ts';
import { intentFor, reserve } from './reserve.ts';
import { ShareButton } from './share-button.tsx';
import { useLiveTicket } from './use-live-ticket.ts';

const POLL_MS = 15_000;
type Props = {
  initial: Ticket;
  viewerId: string | undefined;
  /** Surely nobody is signed in: reserving starts at the sign-in page. */
  isGuest: boolean;
  notice: string | undefined;
};

export function PricePanel({ initial, viewerId, isGuest, notice }: Props) {
  const { ticket, mutate } = useLiveTicket(initial);
  const [agreedPrice, setAgreedPrice] = useState(initial.price);
  const [isPending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(knownReason(notice));
  const isSending = useRef(false);
  const noteRef = useRef<HTMLDivElement>(null);
  const isOnline = useOnline();

  useLive<Ticket>('tickets', {
    onChange: (changed) => {
      if (changed.id !== ticket.id || changed.version <= ticket.version) return;
      // Who holds it is told to seller and buyer only, and only when they ask.
      const latest = { ...ticket, ...changed };
      delete latest.orderId;
      void mutate(latest, { revalidate: viewerId !== undefined });
    },
    onRefetch: () => void mutate(),
    pollMs: POLL_MS,
  });

  const priceMoved = ticket.status === 'available' && ticket.price !== agreedPrice;
  const price = money(ticket.price, ticket.currency);
  const before = money(agreedPrice, ticket.currency);
  const status = statusOf(ticket, viewerId);

  const lastSaid = useRef({ word: status.word, price });
  useEffect(() => {
    if (lastSaid.current.price !== price) announce(`The price is now ${price}.`);
    else if (lastSaid.current.word !== status.word) announce(`This ticket: ${status.word}.`);
    lastSaid.current = { word: status.word, price };
  }, [price, status.word]);

  useEffect(() => {
    if (problem) noteRef.current?.focus();
  }, [problem]);

  async function onReserve() {
    if (isSending.current || !isOnline) return;
    isSending.current = true;
    setPending(true);
    setProblem(undefined);
    const intent = intentFor(ticket.id, ticket.price);
    const signIn = signInPath(`/tickets/${ticket.id}`, 'reserve');
    if (isGuest) return window.location.assign(signIn);
    const { ok, status: code, data, errors } = await reserve(ticket.id, intent);
    if (ok && data) return window.location.assign(`/checkout/${data.id}`);
    if (code === 401) return window.location.assign(signIn);
    isSending.current = false;
    setPending(false);
    await mutate();
    const error = errors[0];
    if (error && error.code !== 'price_changed') setProblem(reasonFor(error));
  }

  const comparison = compareToFace(ticket.price, ticket.faceValue, ticket.currency);
  const isMine = viewerId !== undefined && ticket.userId === viewerId;
  const reserveButton = (isWide: boolean) => (
    <button
      className={`btn btn--main btn--big${isWide ? ' btn--wide' : ''}`}
      type="button"
      aria-disabled={!isOnline || isPending}
      aria-busy={isPending}
      aria-describedby={isOnline ? undefined : 'why-offline'}
      onClick={() => void onReserve()}
    >
      {isPending ? 'Reserving' : priceMoved ? `Reserve at ${price}` : 'Reserve'}
    </button>
  );

  return (
    <>
      <aside className="split__side panel stack" aria-labelledby="price">
        <div>
          <h2 className="meta" id="price">
            {priceLabel(ticket, isMine)}
          </h2>
          <p className="pay__now">{price}</p>
          {!comparison && <p className="meta">Face value not given, so we cannot compare.</p>}
          {comparison?.side === 'at' && <p className="meta">At face value</p>}
        </div>
        {comparison && ticket.faceValue && comparison.side !== 'at' && (
          <PriceGlass price={ticket.price} faceValue={ticket.faceValue} currency={ticket.currency} />
        )}
        {problem && (
          <Note kind="hold" icon="info" role="alert" title="Not reserved" level={3} ref={noteRef}>
            <p>{problem}</p>
          </Note>
        )}
        {priceMoved && !isMine && (
          <Note icon="info" level={3} title={`The price is now ${price}`}>
            <p>
              The seller {ticket.price < agreedPrice ? 'lowered' : 'raised'} it from <s>{before}</s> while you
              were looking. Nothing is reserved yet.
            </p>
            <p className="row">
              <button
                className="btn btn--quiet btn--flush"
                type="button"
                onClick={() => setAgreedPrice(ticket.price)}
              >
                I have seen it
              </button>
            </p>
          </Note>
        )}
        {isMine ? (
          <OwnActions ticket={ticket} />
        ) : ticket.status === 'available' ? (
          <>
            {reserveButton(true)}
            {!isOnline && (
              <p className="meta" id="why-offline">
                Reserving needs a connection.
              </p>
            )}
            <noscript>
              <p className="meta">
                Reserving needs JavaScript. Everything else on this page works without it.
              </p>
            </noscript>
            <ul className="ticks">
              {[
                'Reserving costs nothing, and holds it for you while you pay.',
                'Nothing is added at checkout.',
                'Charged only when the ticket is yours.',
              ].map((line) => (
                <li key={line}>
                  <Icon name="tick" />
                  <span>{line}</span>
                </li>
              ))}
            </ul>
          </>
        ) : (
          <GoneActions ticket={ticket} />
        )}
        <ShareButton title={ticket.title} />
      </aside>
      {!isMine && ticket.status === 'available' && (
        <aside className="buybar" aria-label="Price and reserve">
          <div className="wrap">
            <p className="price__now">
              <small>{['all-in', comparison?.words.toLowerCase()].filter(Boolean).join(', ')}</small>
              {price}
            </p>
            {reserveButton(false)}
          </div>
        </aside>
      )}
    </>
  );
}

function priceLabel(ticket: Ticket, isMine: boolean): string {
  if (ticket.status === 'sold') return 'Sold for';
  if (ticket.status === 'withdrawn') return 'Was listed for';
  if (isMine) return 'Buyer pays, all-in';
  return ticket.status === 'reserved' ? 'All-in' : 'You pay, all-in';
}

function OwnActions({ ticket }: { ticket: Ticket }) {
  return (
    <>
      <p className="meta">
        {ticket.status === 'reserved'
          ? 'A buyer is paying for this one. It is locked meanwhile.'
          : 'This is your listing, as buyers see it.'}
      </p>
      <Link className="btn btn--main btn--big btn--wide" href={`/sell/${ticket.id}`} prefetch={false}>
        Manage
      </Link>
    </>
  );
}

function GoneActions({ ticket }: { ticket: Ticket }) {
  const isWatched = useWatched().includes(ticket.id);
  if (ticket.status === 'reserved' && ticket.orderId) {
    return (
      <>
        <p className="meta">It is held for you. Pay to make it yours.</p>
        <a className="btn btn--main btn--big btn--wide" href={`/checkout/${ticket.orderId}`}>
          Pay {money(ticket.price, ticket.currency)}
        </a>
      </>
    );
  }
  if (ticket.status === 'reserved') {
    return (
      <>
        <p className="meta">Somebody else is paying for this one. Many come back.</p>
        <button
          className="btn btn--big btn--wide"
          type="button"
          aria-pressed={isWatched}
          onClick={() => setWatched(ticket.id, !isWatched)}
        >
          <Icon name="bell" /> {isWatched ? 'We will tell you' : 'Tell me if it frees up'}
        </button>
        {isWatched && <p className="meta">In this browser, on any page of Encore that is open.</p>}
      </>
    );
  }
  return (
    <>
      <p className="meta">
        {ticket.status === 'sold' && ticket.soldAt ? (
          <>
            Passed on <LocalTime iso={ticket.soldAt} withDay />.
          </>
        ) : ticket.status === 'sold' ? (
          'It has been passed on.'
        ) : (
          'Its seller has withdrawn it.'
        )}
      </p>
      <Link
        className="btn btn--big btn--wide"
        href={ticket.category ? `/tickets?category=${ticket.category}` : '/tickets'}
        prefetch={false}
      >
        See similar
      </Link>
    </>
  );
}
