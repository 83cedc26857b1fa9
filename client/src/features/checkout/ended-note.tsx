'use client';

import { Link } from '../../ui/link.tsx';
import { useEffect, useRef, useState } from 'react';
import { newIdempotencyKey } from '../../lib/http.ts';
import { leave } from '../../lib/leave.ts';
import { signInPath } from '../../lib/paths.ts';
import type { FieldError, Order, Payment } from '../../lib/types.ts';
import { Note } from '../../ui/note.tsx';
import { ReserveProblem } from '../ticket/reserve-problem.tsx';
import { reserve } from '../ticket/reserve.ts';
import { chargeText } from './charge-text.ts';
import { useTranslate } from '#use-translate';
import { messages } from '../../i18n/translate.ts';
import { reference } from '../../ui/reference.tsx';

const TITLES: Record<string, string> = messages({
  expired: 'Your reservation has expired',
  buyer: 'You released this ticket',
  refused: 'The seller withdrew this ticket',
  payment_failed: 'The payment did not go through',
});

export function EndedNote({ order, payment }: { order: Order; payment: Payment | undefined }) {
  const t = useTranslate();
  const [isPending, setPending] = useState(false);
  const [problem, setProblem] = useState<FieldError>();
  const note = useRef<HTMLDivElement>(null);
  const reserveKey = useRef<string>(undefined);
  useEffect(() => note.current?.focus(), [problem]);

  async function onReserveAgain() {
    if (isPending) return;
    setPending(true);
    reserveKey.current ??= newIdempotencyKey(); // the old key would return the ended order
    const { id, price } = order.ticket;
    const { data, status, errors } = await reserve(id, { key: reserveKey.current, price });
    if (data) await leave(`/checkout/${data.id}`);
    else if (status === 401) await leave(signInPath(`/checkout/${order.id}`));
    else if (errors[0]?.code === 'price_changed') await leave(`/tickets/${id}`);
    else setProblem(errors[0] ?? { message: t('We couldn’t reserve it. Try again.') });
    setPending(false);
  }

  const canReserve = order.reason !== 'refused';
  const paymentId = order.payment?.id ?? payment?.id;
  return (
    <Note
      kind="hold"
      icon="clock"
      role="alert"
      title={t(TITLES[order.reason ?? ''] ?? 'This order has ended')}
      ref={note}
    >
      <p>
        {chargeText(t, order, payment)} {!problem && canReserve && t('The ticket may still be available.')}
      </p>
      {problem && <ReserveProblem error={problem} />}
      <p className="row">
        {canReserve && (
          <button
            className="btn btn--main"
            type="button"
            aria-busy={isPending}
            onClick={() => void onReserveAgain()}
          >
            {t('Reserve again')}
          </button>
        )}
        <Link className="btn btn--quiet" href={`/tickets/${order.ticket.id}`} prefetch={false}>
          {t('See the ticket')}
        </Link>
      </p>
      {paymentId && (
        <p className="small">{t.rich('Payment <ref>{id}</ref>', { id: paymentId, ref: reference })}</p>
      )}
    </Note>
  );
}
