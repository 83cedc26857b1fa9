import Link from 'next/link';
import { whenOf } from '../../lib/card.ts';
import { compareToFace, money } from '../../lib/money.ts';
import { shortDay } from '../../lib/time.ts';
import type { Ticket } from '../../lib/types.ts';
import { Icon } from '../../ui/icon.tsx';
import { PosterImage } from '../../ui/poster-image.tsx';
import { Status, type StatusKind } from '../../ui/status.tsx';
import { WithdrawButton } from './withdraw-button.tsx';

const STATES: Record<Ticket['status'], { kind: StatusKind; word: string }> = {
  available: { kind: 'free', word: 'For sale' },
  reserved: { kind: 'hold', word: 'On hold' },
  sold: { kind: 'sold', word: 'Sold' },
  withdrawn: { kind: 'sold', word: 'Withdrawn' },
};

function detail({ status, createdAt, updatedAt, soldAt }: Ticket): string {
  switch (status) {
    case 'available':
      return `Listed ${shortDay(createdAt)}`;
    case 'reserved':
      return 'Locked: a buyer is paying';
    case 'sold':
      return soldAt ? shortDay(soldAt) : '';
    case 'withdrawn':
      return shortDay(updatedAt);
  }
}

export function ListingTable({ tickets }: { tickets: Ticket[] }) {
  return (
    <div className="tablebox">
      <table className="table table--slips">
        <caption className="vh">Your listings</caption>
        <thead>
          <tr>
            <th scope="col">Ticket</th>
            <th scope="col">Status</th>
            <th scope="col" className="r">
              Buyer pays
            </th>
            <th scope="col" className="r">
              Face value
            </th>
            <th scope="col">
              <span className="vh">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tickets.map((ticket) => (
            <Row key={ticket.id} ticket={ticket} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ ticket }: { ticket: Ticket }) {
  const { kind, word } = STATES[ticket.status];
  const comparison = compareToFace(ticket.price, ticket.faceValue, ticket.currency);
  return (
    <tr>
      <td>
        <div className="name">
          <PosterImage id={ticket.id} category={ticket.category} size="thumb" isLazy />
          <span>
            <b>
              <Link href={`/sell/${ticket.id}`} prefetch={false}>
                {ticket.title}
              </Link>
            </b>
            <span className="meta">{whenOf(ticket)}</span>
          </span>
        </div>
      </td>
      <td>
        <Status kind={kind}>{word}</Status>
        <small>{detail(ticket)}</small>
      </td>
      <td className="r" data-l="Buyer pays">
        {money(ticket.price, ticket.currency)}
      </td>
      <td className="r" data-l="Face">
        {comparison && ticket.faceValue ? money(ticket.faceValue, ticket.currency) : 'not given'}
        {comparison && <small>{comparison.words}</small>}
      </td>
      <td className="r">
        <Actions ticket={ticket} />
      </td>
    </tr>
  );
}

function Actions({ ticket: { id, title, status } }: { ticket: Ticket }) {
  switch (status) {
    case 'available':
      return (
        <span className="row">
          <Link className="btn" href={`/sell/${id}`} prefetch={false} aria-label={`Edit ${title}`}>
            Edit
          </Link>
          <WithdrawButton id={id} title={title} />
        </span>
      );
    case 'reserved':
      return (
        <span className="meta lockline">
          <Icon name="lock" /> Locked
        </span>
      );
    case 'sold':
      return (
        <Link
          className="btn btn--quiet"
          href="/sell/sales"
          prefetch={false}
          aria-label={`See the sale of ${title}`}
        >
          See the sale
        </Link>
      );
    case 'withdrawn':
      return (
        <Link
          className="btn btn--quiet"
          href={`/sell/new?like=${id}`}
          prefetch={false}
          aria-label={`List ${title} again`}
        >
          List again
        </Link>
      );
  }
}
