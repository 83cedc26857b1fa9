'use client';

import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { announce } from '../../lib/announce.ts';
import { send } from '../../lib/http.ts';
import type { Payment } from '../../lib/types.ts';
import { useTranslate } from '#use-translate';

/** `isRest` when a part was refunded before, and `amount` is what is left. */
type Props = { orderId: string; title: string; amount: string; isRest?: boolean };

/** A refund cannot be undone, so it needs a confirmation dialog. */
export function RefundButton({ orderId, title, amount, isRest = false }: Props) {
  const t = useTranslate();
  const router = useRouter();
  const dialog = useRef<HTMLDialogElement>(null);
  const [isPending, setPending] = useState(false);
  const [message, setMessage] = useState<{ text: string; isError: boolean }>();

  async function refund() {
    setPending(true);
    const { ok, errors } = await send<Payment>('POST', `/api/payments/${orderId}/refund`, {});
    setPending(false);
    dialog.current?.close();
    const text = ok
      ? t('The refund is on its way.')
      : (errors[0]?.message ?? t('The refund failed. Try again.'));
    setMessage({ text, isError: !ok });
    announce(text);
    if (ok) router.refresh();
  }

  const titleId = `refund-${orderId}`;
  return (
    <>
      {message && <small className={message.isError ? 'field__err' : undefined}>{message.text}</small>}
      {(!message || message.isError) && (
        <button
          className="btn btn--quiet"
          type="button"
          aria-label={t('Refund {title}', { title })}
          onClick={() => dialog.current?.showModal()}
        >
          {t('Refund')}
        </button>
      )}
      <dialog className="dialog" ref={dialog} aria-labelledby={titleId}>
        <h2 id={titleId}>{t('Refund {amount}?', { amount })}</h2>
        <p className="meta">
          {t.rich(
            isRest
              ? 'The buyer of “{title}” gets the rest of the price back and loses the ticket. You can’t undo this.'
              : 'The buyer of “{title}” gets the full price back and loses the ticket. You can’t undo this.',
            { title: <span dir="auto">{title}</span> },
          )}
        </p>
        <div className="row">
          <button className="btn" type="button" onClick={() => dialog.current?.close()}>
            {t('Keep the sale')}
          </button>
          <button className="btn btn--stop" type="button" aria-busy={isPending} onClick={() => void refund()}>
            {' '}
            {t('Refund {amount}', { amount })}{' '}
          </button>
        </div>
      </dialog>
    </>
  );
}
