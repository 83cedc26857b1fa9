'use client';

import { Link } from '../../ui/link.tsx';
import { useEffect, useRef } from 'react';
import { newIdempotencyKey } from '../../lib/http.ts';
import { signInPath } from '../../lib/paths.ts';
import type { Order, Payment } from '../../lib/types.ts';
import { useForm, type FormOutcome } from '../../lib/use-form.ts';
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
  const note = useRef<HTMLDivElement>(null);
  const reserveKey = useRef<string>(undefined);

  async function reserveAgain(): Promise<FormOutcome> {
    reserveKey.current ??= newIdempotencyKey(); // the old key would return the ended order
    const { id, price } = order.ticket;
    const { data, status, errors } = await reserve(id, { key: reserveKey.current, price });
    if (data) return { leaveTo: `/checkout/${data.id}` };
    if (status === 401) return { leaveTo: signInPath(`/checkout/${order.id}`) };
    if (errors[0]?.code === 'price_changed') return { leaveTo: `/tickets/${id}` };
    return { errors: [errors[0] ?? { message: t('We couldn’t reserve it. Try again.') }] };
  }

  // A form, so that React keeps a press from before the script has loaded.
  const { errors, isPending, props } = useForm(reserveAgain);
  const [problem] = errors;
  useEffect(() => note.current?.focus(), [problem]);

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
      <form className="row" {...props}>
        {canReserve && (
          <button className="btn btn--main" type="submit" aria-busy={isPending}>
            {t('Reserve again')}
          </button>
        )}
        <Link className="btn btn--quiet" href={`/tickets/${order.ticket.id}`} prefetch={false}>
          {t('See the ticket')}
        </Link>
      </form>
      {paymentId && (
        <p className="small">{t.rich('Payment <ref>{id}</ref>', { id: paymentId, ref: reference })}</p>
      )}
    </Note>
  );
}
