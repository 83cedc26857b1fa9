import { formatMoney } from '../../lib/money.ts';
import type { Payment } from '../../lib/types.ts';
import { LocalTime } from '../../ui/local-time.tsx';

const OPEN = ['needs_response', 'warning_needs_response', 'under_review', 'warning_under_review'];

/** Whether the buyer's bank has yet to decide a dispute; Stripe refuses refunds until then. */
export function hasOpenDispute(payment: Pick<Payment, 'dispute'> | undefined): boolean {
  return OPEN.includes(payment?.dispute?.status ?? '');
}

type Props = { payment: Pick<Payment, 'refundedAmount' | 'dispute'> | undefined; currency: string };

/** What went back to the buyer of a sale, and a dispute at the buyer’s bank; the same for both sides. */
export function MoneyBack({ payment, currency }: Props) {
  const { refundedAmount, dispute } = payment ?? {};
  return (
    <>
      {refundedAmount !== undefined && <p>{formatMoney(refundedAmount, currency)} of it was refunded.</p>}
      {hasOpenDispute(payment) && (
        <p>
          The payment is disputed at the buyer’s bank, which has not decided yet.
          {dispute?.evidenceDueBy && (
            <>
              {' '}
              It accepts evidence until <LocalTime iso={dispute.evidenceDueBy} withDay />.
            </>
          )}
        </p>
      )}
      {dispute?.status === 'won' && <p>The payment was disputed; the bank decided for the seller.</p>}
    </>
  );
}
