'use client';

import dynamic from 'next/dynamic';
import { leave } from '../../lib/leave.ts';
import { retryWhenOnline } from '../../lib/retry-when-online.ts';
import { formatMoney } from '../../lib/money.ts';
import { formatTimeLeft } from '../../lib/time.ts';
import type { Order, Payment, PaymentConfig } from '../../lib/types.ts';
import { releaseAnnouncements, useUndoableDelete } from '../../lib/use-undoable-delete.ts';
import { LocalTime } from '../../ui/local-time.tsx';
import { Note } from '../../ui/note.tsx';
import { EmulatorForm } from './emulator-form.tsx';
import { EndedNote } from './ended-note.tsx';
import { ProblemNote } from './problem-note.tsx';
import { ReleaseRow } from './release-row.tsx';
import { ReservationClock } from './reservation-clock.tsx';
import { useCheckout } from './use-checkout.ts';
import { useTranslate } from '#use-translate';

const StripeForm = dynamic(
  retryWhenOnline(() => import('./stripe-form.tsx').then(({ StripeForm }) => StripeForm)),
  {
    ssr: false,
    loading: () => <div className="payskel" aria-busy="true" />,
  },
);

// Few sessions end during a checkout.
const SignInDialog = dynamic(
  retryWhenOnline(() => import('./sign-in-dialog.tsx').then(({ SignInDialog }) => SignInDialog)),
  { ssr: false },
);

type Props = { initial: Order; payment: Payment | undefined; config: PaymentConfig | undefined };

export function CheckoutPanel({ initial, payment, config }: Props) {
  const t = useTranslate();
  const checkout = useCheckout(initial, payment);
  const { order, isOnline, seconds, isOver, isBusy, problem } = checkout;
  const release = useUndoableDelete(
    `/api/orders/${order.id}`,
    releaseAnnouncements,
    () => void leave(`/tickets/${order.ticket.id}`),
  );
  if (order.status === 'cancelled') return <EndedNote order={order} payment={payment} />;

  const bankUrl = payment?.status === 'requires_action' && !problem ? payment.nextActionUrl : undefined;
  const blockedBecause = !isOnline
    ? t('You need to be online to pay. Your time keeps running.')
    : release.state !== 'idle'
      ? t('You are releasing this ticket.')
      : undefined;
  return (
    <div className="stack stack--wide">
      <ReservationClock order={order} seconds={seconds} />
      {problem && !isOver && (
        <ProblemNote problem={problem} secondsLeft={seconds} expiresAt={order.expiresAt} formId="pay-form" />
      )}
      {isOver ? (
        <TimeUpNote />
      ) : bankUrl ? (
        <BankNote url={bankUrl} />
      ) : problem?.kind === 'impossible' ? null : config ? (
        <PaymentForm checkout={checkout} config={config} blockedBecause={blockedBecause} />
      ) : (
        <NoPaymentsNote expiresAt={order.expiresAt} />
      )}
      <noscript>
        <p className="meta">{t('Paying needs JavaScript. You can see your reservation without it.')}</p>
      </noscript>
      <ReleaseRow release={release} isBlocked={isBusy || isOver} />
      {checkout.needsSignIn && (
        <SignInDialog
          path={`/checkout/${order.id}`}
          timeLeft={formatTimeLeft(t, seconds * 1000)}
          onLater={checkout.dismissSignIn}
        />
      )}
    </div>
  );
}

type PaymentFormProps = {
  checkout: ReturnType<typeof useCheckout>;
  config: PaymentConfig;
  blockedBecause: string | undefined;
};

function PaymentForm({ checkout, config, blockedBecause }: PaymentFormProps) {
  const t = useTranslate();
  const { order, isBusy, pay, onBusy, onOutcome } = checkout;
  const amount = formatMoney(t, order.ticket.price, order.ticket.currency);
  return config.provider === 'emulator' ? (
    <EmulatorForm
      scenarios={config.scenarios ?? []}
      amount={amount}
      isBusy={isBusy}
      blockedBecause={blockedBecause}
      onPay={(token) => void pay(token)}
    />
  ) : (
    <StripeForm
      orderId={order.id}
      publishableKey={config.publishableKey ?? ''}
      amount={amount}
      isBusy={isBusy}
      blockedBecause={blockedBecause}
      onBusy={onBusy}
      onOutcome={onOutcome}
    />
  );
}

function TimeUpNote() {
  const t = useTranslate();
  return (
    <Note kind="hold" icon="clock" role="status" title={t('Your time is up')}>
      <p>{t('We’re checking whether your reservation has expired. You were not charged.')}</p>
    </Note>
  );
}

function BankNote({ url }: { url: string }) {
  const t = useTranslate();
  return (
    <Note kind="mine" icon="lock" title={t('Your bank wants to check that it’s you')}>
      <p>{t('You haven’t been charged yet. Continue at your bank; you’ll come back here automatically.')}</p>
      <p className="row">
        <a className="btn btn--main" href={url}>
          {t('Continue at your bank')}
        </a>
      </p>
    </Note>
  );
}

function NoPaymentsNote({ expiresAt }: { expiresAt: string }) {
  const t = useTranslate();
  return (
    <Note kind="hold" icon="lock" role="alert" title={t('Payments are unavailable right now')}>
      <p>
        {t.rich('You were not charged. Your ticket is reserved until {time}.', {
          time: <LocalTime iso={expiresAt} />,
        })}
      </p>
      <p className="row">
        <button className="btn" type="button" onClick={() => window.location.reload()}>
          {t('Try again')}
        </button>
      </p>
    </Note>
  );
}
