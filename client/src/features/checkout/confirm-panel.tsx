'use client';

import { useEffect, useState } from 'react';
import { leave } from '../../lib/leave.ts';
import { send } from '../../lib/http.ts';
import type { Order, Payment } from '../../lib/types.ts';
import { useOnline } from '../../lib/use-online.ts';
import { Note } from '../../ui/note.tsx';
import { EndedNote } from './ended-note.tsx';
import { useLiveOrder } from './use-live-order.ts';
import { useTranslate } from '#use-translate';

const LONG_MS = 30_000;
const POLL_MS = 2_000;
const MAX_POLL_MS = 10_000;

type Props = {
  initial: Order;
  initialPayment: Payment | undefined;
  /** The result in the return address: a hint at what to wait for, never proof. */
  hint: 'succeeded' | 'failed' | undefined;
};

/** Waits until the services report the outcome of a payment. The parameters of the address never decide it. */
export function ConfirmPanel({ initial, initialPayment, hint }: Props) {
  const t = useTranslate();
  const { order } = useLiveOrder(initial, { pollMs: POLL_MS, maxPollMs: MAX_POLL_MS });
  const isOnline = useOnline();
  const payment = usePolledPayment(initial.id, initialPayment);
  const isLong = useIsLong();

  // The browser may know of a success before the payments service has processed it.
  const isOpen = payment?.status === 'open' && (payment.declineCode || hint !== 'succeeded');
  const isDeclined = order.status === 'created' && Boolean(isOpen);
  useEffect(() => {
    if (!isOnline) return; // the browser would replace this page with its error page
    if (order.status === 'complete' || order.status === 'refunded')
      void leave(`/orders/${order.id}`, 'replace');
    else if (isDeclined) void leave(`/checkout/${order.id}`, 'replace');
  }, [order.status, order.id, isDeclined, isOnline]);

  if (order.status === 'cancelled') return <EndedNote order={order} payment={payment} />;
  const isBackFromBank = hint !== undefined && !isLong;
  if (payment?.status === 'requires_action' && payment.nextActionUrl && !isBackFromBank) {
    return (
      <Note kind="mine" icon="lock" role="status" title={t('Waiting for your bank')}>
        <p>
          {t(
            'Your bank hasn’t confirmed yet that it’s you. You were not charged, and the ticket stays reserved for you.',
          )}
        </p>
        <p className="row">
          <a className="btn btn--main" href={payment.nextActionUrl}>
            {t('Continue at your bank')}
          </a>
        </p>
      </Note>
    );
  }
  return (
    <Note
      kind="mine"
      icon="clock"
      role="status"
      title={isLong ? t('Still confirming. Don’t pay again.') : t('Confirming with the bank')}
    >
      <p>
        {isLong
          ? t(
              'This is taking longer than usual. This page updates by itself, and so does Orders if you leave.',
            )
          : t('Don’t pay again. This page updates by itself, and so does Orders if you leave.')}{' '}
        {t('Your ticket stays reserved in the meantime.')}
      </p>
    </Note>
  );
}

/** Payments have no event stream, so this polls with backoff. */
function usePolledPayment(orderId: string, initial: Payment | undefined): Payment | undefined {
  const [payment, setPayment] = useState(initial);
  useEffect(() => {
    let delayMs = POLL_MS;
    let timer = setTimeout(poll, 500);
    function poll() {
      void send<Payment>('GET', `/api/payments/${orderId}`).then(({ data }) => data && setPayment(data));
      timer = setTimeout(poll, delayMs);
      delayMs = Math.min(delayMs * 1.3, MAX_POLL_MS);
    }
    return () => clearTimeout(timer);
  }, [orderId]);
  return payment;
}

/** Whether the confirmation takes so long that the buyer needs an explanation. */
function useIsLong(): boolean {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), LONG_MS);
    return () => clearTimeout(timer);
  }, []);
  return isLong;
}
