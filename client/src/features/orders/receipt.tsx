import type { Order, Payment } from '../../lib/types.ts';
import { Amounts } from '../checkout/order-summary.tsx';

type Props = {
  order: Order;
  faceValue: number | undefined;
  payment: Payment | undefined;
  /** No real money moves in test mode. */
  isTest: boolean;
};

export function Receipt({ order, faceValue, payment, isTest }: Props) {
  const isPaid = order.status === 'complete';
  return (
    <aside className="split__side panel" aria-labelledby="receipt">
      <h2 id="receipt" className="gap-b">
        {isPaid ? 'Receipt' : 'Amounts'}
      </h2>
      {isTest && <p className="small gap-b">Test mode: no money was charged.</p>}
      <Amounts ticket={order.ticket} faceValue={faceValue} total={isPaid ? 'You paid' : 'Price'} />
      {payment && isPaid && (
        <p className="small gap-t">
          Payment <span className="ref">{payment.id}</span>
        </p>
      )}
    </aside>
  );
}
