import { Link } from '../../ui/link.tsx';
import { decimalsOf, formatMoney, toMinorUnits } from '../../lib/money.ts';
import type { Payment, Ticket } from '../../lib/types.ts';
import { LocalTime } from '../../ui/local-time.tsx';
import { hasOpenDispute, MoneyBack } from '../orders/money-back.tsx';
import { ListAgain } from './list-again.tsx';
import { RefundButton } from './refund-button.tsx';
import { TicketTable } from './ticket-table.tsx';
import { useTranslate } from '#use-translate';

type Props = {
  /** See `salesOf`. */
  sales: Ticket[];
  /** The payments of which money went back, or that are disputed. */
  returns: Payment[];
};

export function SalesTable({ sales, returns }: Props) {
  const t = useTranslate();
  const returnOf = new Map(returns.map((payment) => [payment.orderId, payment]));
  return (
    <TicketTable
      caption={t('Sold tickets')}
      columns={[{ name: t('Sold') }, { name: t('Order') }, { name: t('Buyer paid'), isNumber: true }]}
      tickets={sales}
      title={({ title }) => title}
      cells={(ticket) => <Cells ticket={ticket} payment={returnOf.get(ticket.orderId ?? '')} />}
    />
  );
}

function Cells({ ticket, payment }: { ticket: Ticket; payment: Payment | undefined }) {
  const t = useTranslate();
  const { price, currency, soldAt, orderId, status } = ticket;
  const isRefunded = status !== 'sold';
  return (
    <>
      <td data-l={t('Sold')}>{isRefunded ? t('Refunded') : soldAt && <LocalTime iso={soldAt} withDay />}</td>
      <td data-l={t('Order')}>
        <span className="ref">{orderId?.slice(-8) ?? ''}</span>
      </td>
      <td className="r" data-l={t('Buyer paid')}>
        {formatMoney(t, price, currency)}
        {!isRefunded && <MoneyBack payment={payment} currency={currency} viewer="seller" />}
      </td>
      <td className="r">
        {isRefunded ? <ListAgain ticket={ticket} /> : <SaleActions ticket={ticket} payment={payment} />}
      </td>
    </>
  );
}

function SaleActions({ ticket, payment }: { ticket: Ticket; payment: Payment | undefined }) {
  const t = useTranslate();
  const { id, title, currency, orderId, secret } = ticket;
  return (
    <>
      <Link
        className="btn btn--quiet"
        href={`/sell/${id}`}
        prefetch={false}
        aria-label={
          secret
            ? t('Change the entry code of {title}', { title })
            : t('Add the entry code of {title}', { title })
        }
      >
        {t('Entry code')}
      </Link>
      {orderId && !hasOpenDispute(payment) && (
        <RefundButton
          orderId={orderId}
          title={title}
          amount={formatMoney(t, restOf(ticket, payment), currency)}
          isRest={payment?.refundedAmount !== undefined}
        />
      )}
    </>
  );
}

/** What the buyer has not got back yet. */
function restOf({ price, currency }: Ticket, payment: Payment | undefined): number {
  const rest = toMinorUnits(price, currency) - toMinorUnits(payment?.refundedAmount ?? 0, currency);
  return rest / 10 ** decimalsOf(currency);
}
