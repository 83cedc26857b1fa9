import { Link } from '../../ui/link.tsx';
import { compareToFace, formatMoney } from '../../lib/money.ts';
import { formatShortDay } from '../../lib/time.ts';
import type { Ticket } from '../../lib/types.ts';
import { Icon } from '../../ui/icon.tsx';
import { Status, type StatusKind } from '../../ui/status.tsx';
import { ListAgain } from './list-again.tsx';
import { TicketTable } from './ticket-table.tsx';
import { WithdrawButton } from './withdraw-button.tsx';
import { useTranslate } from '#use-translate';
import { messages, type Translate } from '../../i18n/translate.ts';

const STATES: Record<Ticket['status'], { kind: StatusKind; label: string }> = messages({
  available: { kind: 'free', label: 'For sale' },
  reserved: { kind: 'hold', label: 'Reserved' },
  sold: { kind: 'sold', label: 'Sold' },
  withdrawn: { kind: 'sold', label: 'Withdrawn' },
});

function detail(t: Translate, { status, createdAt, updatedAt, soldAt }: Ticket): string {
  switch (status) {
    case 'available':
      return t('Listed {date}', { date: formatShortDay(t, createdAt) });
    case 'reserved':
      return t('A buyer is paying');
    case 'sold':
      return soldAt ? formatShortDay(t, soldAt) : '';
    case 'withdrawn':
      return formatShortDay(t, updatedAt);
  }
}

export function ListingTable({ tickets }: { tickets: Ticket[] }) {
  const t = useTranslate();
  return (
    <TicketTable
      caption={t('Your listings')}
      columns={[
        { name: t('Status') },
        { name: t('Buyer pays'), isNumber: true },
        { name: t('Face value'), isNumber: true },
      ]}
      tickets={tickets}
      title={({ id, title }) => (
        <Link href={`/sell/${id}`} prefetch={false}>
          {title}
        </Link>
      )}
      cells={(ticket) => <Cells ticket={ticket} />}
    />
  );
}

function Cells({ ticket }: { ticket: Ticket }) {
  const t = useTranslate();
  const { kind, label } = STATES[ticket.status];
  const comparison = compareToFace(t, ticket.price, ticket.faceValue, ticket.currency);
  return (
    <>
      <td>
        <Status kind={kind}>{t(label)}</Status>
        <small>{detail(t, ticket)}</small>
      </td>
      <td className="r" data-l={t('Buyer pays')}>
        {formatMoney(t, ticket.price, ticket.currency)}
      </td>
      <td className="r" data-l={t('Face')}>
        {comparison && ticket.faceValue ? formatMoney(t, ticket.faceValue, ticket.currency) : t('not given')}
        {comparison && <small>{comparison.label}</small>}
      </td>
      <td className="r">
        <Actions ticket={ticket} />
      </td>
    </>
  );
}

function Actions({ ticket: { id, title, status } }: { ticket: Ticket }) {
  const t = useTranslate();
  switch (status) {
    case 'available':
      return (
        <span className="row">
          <Link
            className="btn"
            href={`/sell/${id}`}
            prefetch={false}
            aria-label={t('Edit {title}', { title })}
          >
            {t('Edit')}
          </Link>
          <WithdrawButton id={id} title={title} />
        </span>
      );
    case 'reserved':
      return (
        <span className="meta lockline">
          <Icon name="lock" /> {t('Locked')}
        </span>
      );
    case 'sold':
      return (
        <Link
          className="btn btn--quiet"
          href="/sell/sales"
          prefetch={false}
          aria-label={t('See the sale of {title}', { title })}
        >
          {t('See the sale')}
        </Link>
      );
    case 'withdrawn':
      return <ListAgain ticket={{ id, title }} />;
  }
}
