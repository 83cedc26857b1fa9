'use client';

import { useRouter } from 'next/navigation';
import { useCallback, useEffect, useRef, useState } from 'react';
import { leave } from '../../lib/leave.ts';
import type { Order, Payment } from '../../lib/types.ts';
import { useOnline } from '../../lib/use-online.ts';
import { useSecondsLeft } from '../../lib/use-seconds-left.ts';
import { payWithToken, outcomeOf, type Problem, type PaymentOutcome } from './pay.ts';
import { useLiveOrder } from './use-live-order.ts';
import { useTranslate } from '#use-translate';

const POLL = { pollMs: 2_000, maxPollMs: 10_000 };

function firstProblem(payment: Payment | undefined): Problem | undefined {
  if (!payment?.declineCode || payment.status !== 'open') return undefined;
  const outcome = outcomeOf(payment);
  return outcome.to === 'problem' ? outcome.problem : undefined;
}

/** The state of one checkout: the order, the time left, the payment in progress and its last problem. */
export function useCheckout(initial: Order, payment: Payment | undefined) {
  const t = useTranslate();
  const { order, isSignedOut, refetch } = useLiveOrder(initial, POLL);
  const isOnline = useOnline();
  const seconds = useSecondsLeft(order.expiresAt, order.serverNow);
  const router = useRouter();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | undefined>(() => firstProblem(payment));
  const [asksToSignIn, setAsksToSignIn] = useState(false);
  const isPaying = useRef(false);
  const leaveOnce = useLeaveOnce(onStayed);
  const isOver = order.status === 'created' && seconds === 0;

  useRefreshOnEnd(order, initial);
  useRefetchWhile(isOver, refetch);
  useEffect(() => {
    if (!isOnline) return; // the browser would replace this page with its error page
    if (order.status === 'complete' || order.status === 'refunded')
      leaveOnce(`/orders/${order.id}`, 'replace');
    if (order.status === 'awaiting:payment' && !isPaying.current) {
      leaveOnce(`/checkout/${order.id}/return`, 'replace');
    }
  }, [order.status, order.id, isOnline, leaveOnce]);

  /** The navigation was stopped, or the buyer came back: the server knows what the payment needs next. */
  function onStayed() {
    onBusy(false);
    void refetch();
    router.refresh();
  }

  function onBusy(isNowBusy: boolean) {
    isPaying.current = isNowBusy;
    setBusy(isNowBusy);
    if (isNowBusy) setProblem(undefined);
  }

  function onOutcome(outcome: PaymentOutcome) {
    if (outcome.to === 'return') {
      const hint = outcome.isConfirmed ? '?redirect_status=succeeded' : '';
      return leaveOnce(`/checkout/${order.id}/return${hint}`);
    }
    if (outcome.to === 'bank') return leaveOnce(outcome.url);
    onBusy(false);
    if (outcome.to === 'signin') setAsksToSignIn(true);
    if (outcome.to === 'problem') setProblem(outcome.problem);
    void refetch();
  }

  async function pay(token: string) {
    if (isPaying.current) return;
    onBusy(true);
    onOutcome(await payWithToken(t, order.id, token));
  }

  return {
    order,
    isOnline,
    seconds,
    isOver,
    isBusy,
    problem,
    needsSignIn: asksToSignIn || isSignedOut,
    dismissSignIn: () => setAsksToSignIn(false),
    onBusy,
    onOutcome,
    pay,
  };
}

/** The result of the payment and the change of the order arrive together; two navigations would abort each other. */
function useLeaveOnce(onStayed: () => void) {
  const isLeaving = useRef(false);
  const stayed = useRef(onStayed);
  useEffect(() => {
    stayed.current = onStayed;
  });
  return useCallback((...to: Parameters<typeof leave>) => {
    if (isLeaving.current) return;
    isLeaving.current = true;
    void leave(...to).then(() => {
      isLeaving.current = false;
      stayed.current();
    });
  }, []);
}

/** The server renders the heading and the suggestions of an ended order. */
function useRefreshOnEnd(order: Order, initial: Order) {
  const router = useRouter();
  const hasEnded = order.status === 'cancelled' && initial.status !== 'cancelled';
  useEffect(() => {
    if (hasEnded) router.refresh();
  }, [hasEnded, router]);
}

/** When the time is up the server decides whether the reservation has ended, so its answer is fetched until it has. */
function useRefetchWhile(isOver: boolean, refetch: () => Promise<void>) {
  useEffect(() => {
    if (!isOver) return;
    void refetch();
    const timer = setInterval(() => void refetch(), POLL.pollMs);
    return () => clearInterval(timer);
  }, [isOver, refetch]);
}
