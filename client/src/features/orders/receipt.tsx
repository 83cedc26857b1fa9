import type { Order, Payment } from '../../lib/types.ts';
import { Amounts } from '../checkout/order-summary.tsx';
import { useTranslate } from '#use-translate';
import { reference } from '../../ui/reference.tsx';

type Props = {
  order: Order;
  faceValue: number | undefined;
  payment: Payment | undefined;
  /** No real money moves in test mode. */
  isTest: boolean;
};

export function Receipt({ order, faceValue, payment, isTest }: Props) {
  const t = useTranslate();
  const isPaid = order.status === 'complete';
  return (
    <aside className="split__side panel" aria-labelledby="receipt">
      <h2 id="receipt" className="gap-b">
        {isPaid ? t('Receipt') : t('Amounts')}
      </h2>
      {isTest && <p className="small gap-b">{t('Test mode: no money was charged.')}</p>}
      <Amounts ticket={order.ticket} faceValue={faceValue} total={isPaid ? t('You paid') : t('Price')} />
      {payment && isPaid && (
        <p className="small gap-t">{t.rich('Payment <ref>{id}</ref>', { id: payment.id, ref: reference })}</p>
      )}
    </aside>
  );
}
