import { Link } from '../../ui/link.tsx';
import { formatMoney } from '../../lib/money.ts';
import type { Order, Payment } from '../../lib/types.ts';
import { LocalTime } from '../../ui/local-time.tsx';
import { Note } from '../../ui/note.tsx';
import { chargeText } from '../checkout/charge-text.ts';
import { MoneyBack } from './money-back.tsx';
import { orderStatus } from './order-text.ts';
import { useTranslate } from '#use-translate';

type Props = { order: Order; payment: Payment | undefined };

/** What the order's status means for the buyer, and the next step. */
export function OrderStateNote({ order, payment }: Props) {
  const t = useTranslate();
  const amount = formatMoney(t, order.ticket.price, order.ticket.currency);
  switch (order.status) {
    case 'complete':
      return (
        <Note kind="free" icon="tick" role="status" title={t('The ticket is yours')}>
          <p>{t('You paid {amount}.', { amount })}</p>
          <MoneyBack payment={order.payment} currency={order.ticket.currency} viewer="buyer" />
        </Note>
      );
    case 'created':
      return <UnpaidNote order={order} payment={payment} />;
    case 'awaiting:payment':
      return (
        <Note kind="mine" icon="clock" role="status" title={t('Confirming with the bank')}>
          <p>{t('Don’t pay again. This page updates by itself.')}</p>
        </Note>
      );
    case 'refunded':
      return (
        <Note icon="info" role="status" title={t('Refunded')}>
          <p>
            {order.reason === 'dispute_lost'
              ? t('Your bank returned {amount} to you after your dispute.', { amount })
              : t('{amount} was refunded to you. It can take a few days to appear on your statement.', {
                  amount,
                })}
          </p>
        </Note>
      );
    case 'cancelled':
      return (
        <Note kind="hold" icon="clock" role="status" title={orderStatus(t, order).label}>
          <p>{chargeText(t, order, payment)}</p>
          <p className="row">
            <Link className="btn" href={`/tickets/${order.ticket.id}`} prefetch={false}>
              {t('See if it’s available')}
            </Link>
          </p>
        </Note>
      );
  }
}

/** The next step of a buyer who has not paid: at the bank, or at the checkout. */
function UnpaidNote({ order, payment }: Props) {
  const t = useTranslate();
  if (payment?.status === 'requires_action')
    return (
      <Note kind="mine" icon="lock" role="status" title={t('Waiting for your bank')}>
        <p>{t('You haven’t been charged yet. Continue where you left off.')}</p>
        <p className="row">
          <a className="btn btn--main" href={payment.nextActionUrl ?? t.path(`/checkout/${order.id}`)}>
            {t('Continue at your bank')}
          </a>
        </p>
      </Note>
    );
  return (
    <Note kind="hold" icon="clock" role="status" title={t('Reserved for you')}>
      <p>
        {t.rich('Until {time}.', { time: <LocalTime iso={order.expiresAt} /> })}{' '}
        {payment?.declineCode
          ? t('The last payment was declined; you were not charged.')
          : t('You were not charged.')}
      </p>
      <p className="row">
        <a className="btn btn--main" href={t.path(`/checkout/${order.id}`)}>
          {t('Pay {amount}', { amount: formatMoney(t, order.ticket.price, order.ticket.currency) })}
        </a>
      </p>
    </Note>
  );
}
