'use client';

import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useCallback, useEffect, useRef, useState } from 'react';
import { late } from '../../lib/late.ts';
import { money } from '../../lib/money.ts';
import { timeLeftInWords } from '../../lib/time.ts';
import type { Order, Payment, PaymentConfig } from '../../lib/types.ts';
import { useOnline } from '../../lib/use-online.ts';
import { releaseWords, useUndoableDelete } from '../../lib/use-undoable-delete.ts';
import { useSecondsLeft } from '../../lib/use-time-left.ts';
import { Countdown } from '../../ui/countdown.tsx';
import { focusWhenShown } from '../../ui/focus.ts';
import { LocalTime } from '../../ui/local-time.tsx';
import { Note } from '../../ui/note.tsx';
import { EmulatorForm } from './emulator-form.tsx';
import { EndedNote } from './ended-note.tsx';
import { payWithToken, resultOf, type Problem, type Result } from './pay.ts';
import { ProblemNote } from './problem-note.tsx';
import { SignInDialog } from './sign-in-dialog.tsx';
import { useLiveOrder } from './use-live-order.ts';

const StripeForm = dynamic(
  late(() => import('./stripe-form.tsx').then(({ StripeForm }) => StripeForm)),
  {
    ssr: false,
    loading: () => <div className="payskel" aria-busy="true" />,
  },
);

type Props = { initial: Order; payment: Payment | undefined; config: PaymentConfig | undefined };

function firstProblem(payment: Payment | undefined): Problem | undefined {
  if (!payment?.declineCode || payment.status !== 'open') return undefined;
  const result = resultOf(payment);
  return result.to === 'problem' ? result.problem : undefined;
}

export function CheckoutPanel({ initial, payment, config }: Props) {
  const { order, isSignedOut, refetch } = useLiveOrder(initial, { pollMs: 2_000, maxPollMs: 10_000 });
  const seconds = useSecondsLeft(order.expiresAt, order.serverNow);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | undefined>(() => firstProblem(payment));
  const [asksToSignIn, setAsksToSignIn] = useState(false);
  const isPaying = useRef(false);
  const isLeaving = useRef(false);
  const isOnline = useOnline();
  const release = useUndoableDelete(`/api/orders/${order.id}`, releaseWords, () =>
    window.location.assign(`/tickets/${order.ticket.id}`),
  );

  const router = useRouter();
  const hasEnded = order.status === 'cancelled' && initial.status !== 'cancelled';
  useEffect(() => {
    if (hasEnded) router.refresh(); // its heading, and others like it
  }, [hasEnded, router]);

  const isOver = order.status === 'created' && seconds === 0;
  useEffect(() => {
    if (!isOver) return;
    // The server decides whether it has ended: ask until it says so.
    void refetch();
    const timer = setInterval(() => void refetch(), 2_000);
    return () => clearInterval(timer);
  }, [isOver, refetch]);

  /** Once: the answer to a payment and the news of the order come together, and one would break off the other's page. */
  const leave = useCallback((go: () => void) => {
    if (isLeaving.current) return;
    isLeaving.current = true;
    go();
  }, []);
  useEffect(() => {
    if (order.status === 'complete' || order.status === 'refunded')
      leave(() => window.location.replace(`/orders/${order.id}`));
    if (order.status === 'awaiting:payment' && !isPaying.current) {
      leave(() => window.location.replace(`/checkout/${order.id}/return`));
    }
  }, [order.status, order.id, leave]);

  if (order.status === 'cancelled') return <EndedNote order={order} payment={payment} />;

  function onResult(result: Result) {
    if (result.to === 'return') {
      const hint = result.isConfirmed ? '?redirect_status=succeeded' : '';
      return leave(() => window.location.assign(`/checkout/${order.id}/return${hint}`));
    }
    if (result.to === 'bank') return leave(() => window.location.assign(result.url));
    isPaying.current = false;
    setBusy(false);
    if (result.to === 'signin') setAsksToSignIn(true);
    if (result.to === 'problem') setProblem(result.problem);
    void refetch();
  }

  async function onPay(token: string) {
    if (isPaying.current) return;
    isPaying.current = true;
    setBusy(true);
    setProblem(undefined);
    onResult(await payWithToken(order.id, token));
  }

  const amount = money(order.ticket.price, order.ticket.currency);
  const blockedBecause = !isOnline
    ? 'Paying needs a connection. The time keeps running meanwhile.'
    : release.state !== 'idle'
      ? 'You are releasing this ticket.'
      : undefined;

  return (
    <div className="stack stack--wide">
      <Clock order={order} seconds={seconds} />
      {problem && !isOver && (
        <ProblemNote problem={problem} secondsLeft={seconds} expiresAt={order.expiresAt} formId="pay-form" />
      )}
      {isOver ? (
        <Note kind="hold" icon="clock" role="status" title="The time is up">
          <p>We are asking whether the reservation has ended. You were not charged.</p>
        </Note>
      ) : payment?.status === 'requires_action' && payment.nextActionUrl && !problem ? (
        <BankNote url={payment.nextActionUrl} />
      ) : !config ? (
        <Note kind="hold" icon="lock" role="alert" title="We could not reach payments">
          <p>
            You were not charged. Your ticket is safe until <LocalTime iso={order.expiresAt} />.
          </p>
          <p className="row">
            <button className="btn" type="button" onClick={() => window.location.reload()}>
              Try again
            </button>
          </p>
        </Note>
      ) : config.provider === 'emulator' ? (
        <EmulatorForm
          scenarios={config.scenarios ?? []}
          amount={amount}
          isBusy={isBusy}
          blockedBecause={blockedBecause}
          onPay={(token) => void onPay(token)}
        />
      ) : (
        <StripeForm
          orderId={order.id}
          publishableKey={config.publishableKey ?? ''}
          amount={amount}
          isBusy={isBusy}
          blockedBecause={blockedBecause}
          onBusy={(busy) => {
            isPaying.current = busy;
            setBusy(busy);
            if (busy) setProblem(undefined);
          }}
          onResult={onResult}
        />
      )}
      <noscript>
        <p className="meta">Paying needs JavaScript. Your reservation and its end are shown without it.</p>
      </noscript>
      <ReleaseRow release={release} isBlocked={isBusy || isOver} />
      {(asksToSignIn || isSignedOut) && (
        <SignInDialog
          path={`/checkout/${order.id}`}
          timeLeft={timeLeftInWords(seconds * 1000)}
          onLater={() => setAsksToSignIn(false)}
        />
      )}
    </div>
  );
}

function Clock({ order, seconds }: { order: Order; seconds: number }) {
  const total = Math.max(1, (Date.parse(order.expiresAt) - Date.parse(order.createdAt)) / 1000);
  return (
    <div className="clock">
      <p>
        <b>
          Held for you until <LocalTime iso={order.expiresAt} />
        </b>
        <br />
        <span className="meta">
          Nothing you chose is lost if it ends, and you can reserve again in one step.
        </span>
      </p>
      <Countdown as="p" className="clock__t" seconds={seconds} />
      <progress max={total} value={Math.min(seconds, total)} aria-hidden="true" />
    </div>
  );
}

function BankNote({ url }: { url: string }) {
  return (
    <Note kind="mine" icon="lock" title="Your bank wants to check that it is you">
      <p>You were not charged yet. Continue at your bank; you come back here by yourself.</p>
      <p className="row">
        <a className="btn btn--main" href={url}>
          Continue at your bank
        </a>
      </p>
    </Note>
  );
}

function ReleaseRow({
  release,
  isBlocked,
}: {
  release: ReturnType<typeof useUndoableDelete>;
  isBlocked: boolean;
}) {
  if (release.state === 'idle') {
    return (
      <div>
        {release.errors[0] && (
          <p className="field__err" role="alert">
            {release.errors[0].message}
          </p>
        )}
        <button
          className="btn btn--quiet btn--flush"
          type="button"
          aria-disabled={isBlocked}
          onClick={() => !isBlocked && release.start()}
        >
          Release the ticket
        </button>
      </div>
    );
  }
  return (
    <div className="row">
      <span>Releasing it in 8 seconds</span>
      <button
        className="btn"
        type="button"
        onClick={release.undo}
        aria-disabled={release.state === 'sending'}
        ref={focusWhenShown}
      >
        Undo
      </button>
    </div>
  );
}
