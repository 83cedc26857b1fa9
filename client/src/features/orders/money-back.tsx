import { formatMoney } from '../../lib/money.ts';
import type { Payment } from '../../lib/types.ts';
import { LocalTime } from '../../ui/local-time.tsx';
import { useTranslate } from '#use-translate';

const OPEN = ['needs_response', 'warning_needs_response', 'under_review', 'warning_under_review'];

/** Whether the buyer's bank has yet to decide a dispute; Stripe refuses refunds until then. */
export function hasOpenDispute(payment: Pick<Payment, 'dispute'> | undefined): boolean {
  return OPEN.includes(payment?.dispute?.status ?? '');
}

type Props = {
  payment: Pick<Payment, 'refundedAmount' | 'dispute'> | undefined;
  currency: string;
  viewer: 'buyer' | 'seller';
};

/** What went back to the buyer of a sale, and a dispute at the buyer’s bank. */
export function MoneyBack({ payment, currency, viewer }: Props) {
  const t = useTranslate();
  const { refundedAmount, dispute } = payment ?? {};
  return (
    <>
      {refundedAmount !== undefined && (
        <p>{t('{amount} of it was refunded.', { amount: formatMoney(t, refundedAmount, currency) })}</p>
      )}
      {dispute && hasOpenDispute(payment) && <OpenDispute dispute={dispute} viewer={viewer} />}
      {dispute?.status === 'won' && (
        <p>
          {viewer === 'buyer'
            ? t('You disputed the payment at your bank, which decided for the seller.')
            : t('The buyer disputed the payment. The bank decided for you.')}
        </p>
      )}
    </>
  );
}

function OpenDispute({
  dispute,
  viewer,
}: {
  dispute: NonNullable<Payment['dispute']>;
  viewer: Props['viewer'];
}) {
  const t = useTranslate();
  if (viewer === 'buyer')
    return (
      <p>
        {t(
          'You disputed the payment at your bank, which has not decided yet. The ticket stays yours meanwhile.',
        )}
      </p>
    );
  return (
    <p>
      {t('The buyer disputes the payment at the bank, which has not decided yet.')}{' '}
      {dispute.evidenceDueBy &&
        t.rich('It accepts evidence until {time}.', {
          time: <LocalTime iso={dispute.evidenceDueBy} withDay />,
        })}{' '}
      {t('You can’t refund it meanwhile.')}
    </p>
  );
}
