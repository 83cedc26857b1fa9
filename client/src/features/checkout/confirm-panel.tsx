'use client';

import { useCallback, useEffect, useState } from 'react';
import { send } from '../../lib/http.ts';
import type { Order, Payment } from '../../lib/types.ts';
import { Note } from '../../ui/note.tsx';
import { EndedNote } from './ended-note.tsx';
import { useLiveOrder } from './use-live-order.ts';

const LONG_MS = 30_000;
const POLL_MS = 2_000;
const MAX_POLL_MS = 10_000;

/** "Confirming" until the services say what happened. The address's parameters are never believed. */
export function ConfirmPanel({ initial, initialPayment }: { initial: Order; initialPayment: Payment | undefined }) {
  const { order } = useLiveOrder(initial, { pollMs: POLL_MS, maxPollMs: MAX_POLL_MS });
  const [payment, setPayment] = useState(initialPayment);
  const [isLong, setLong] = useState(false);

  const readPayment = useCallback(async () => {
    const { data } = await send<Payment>('GET', `/api/payments/${initial.id}`);
    if (data) setPayment(data);
  }, [initial.id]);

  useEffect(() => {
    const timer = setTimeout(() => setLong(true), LONG_MS);
    return () => clearTimeout(timer);
  }, []);

  // Payments have no stream: ask, ever more slowly.
  useEffect(() => {
    let delayMs = POLL_MS;
    let timer = setTimeout(poll, 500);
    function poll() {
      void readPayment();
      timer = setTimeout(poll, delayMs);
      delayMs = Math.min(delayMs * 1.3, MAX_POLL_MS);
    }
    return () => clearTimeout(timer);
  }, [readPayment]);

  const isDeclined = order.status === 'created' && payment?.status === 'open';
  useEffect(() => {
    if (order.status === 'complete' || order.status === 'refunded') window.location.replace(`/orders/${order.id}`);
    else if (isDeclined) window.location.replace(`/checkout/${order.id}`);
  }, [order.status, order.id, isDeclined]);

  if (order.status === 'cancelled') return <EndedNote order={order} payment={payment} />;
  if (payment?.status === 'requires_action' && payment.nextActionUrl) {
    return (
      <Note kind="mine" icon="lock" role="status" title="Waiting for your bank">
        <p>Your bank has not said yet whether it was you. You were not charged, and the ticket stays held for you.</p>
        <p className="row">
          <a className="btn btn--main" href={payment.nextActionUrl}>
            Continue at your bank
          </a>
        </p>
      </Note>
    );
  }
  return (
    <Note kind="mine" icon="clock" role="status" title={isLong ? 'Still confirming. Do not pay again.' : 'Confirming with the bank'}>
      <p>
        {isLong
          ? 'It takes longer than usual. This page changes by itself, and so does Orders if you leave.'
          : 'Do not pay again. This page changes by itself, and so does Orders if you leave.'}{' '}
        Your ticket stays held meanwhile.
      </p>
    </Note>
  );
}
