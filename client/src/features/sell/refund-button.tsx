'use client';

import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { announce } from '../../lib/announce.ts';
import { send } from '../../lib/http.ts';
import type { Payment } from '../../lib/types.ts';

/** `isRest` when a part was refunded before, and `amount` is what is left. */
type Props = { orderId: string; title: string; amount: string; isRest?: boolean };

/** A refund cannot be undone, so it needs a confirmation dialog. */
export function RefundButton({ orderId, title, amount, isRest = false }: Props) {
  const router = useRouter();
  const dialog = useRef<HTMLDialogElement>(null);
  const [isPending, setPending] = useState(false);
  const [message, setMessage] = useState<{ text: string; isError: boolean }>();

  async function refund() {
    setPending(true);
    const { ok, errors } = await send<Payment>('POST', `/api/payments/${orderId}/refund`, {});
    setPending(false);
    dialog.current?.close();
    const text = ok ? 'The refund is on its way.' : (errors[0]?.message ?? 'The refund failed. Try again.');
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
          aria-label={`Refund ${title}`}
          onClick={() => dialog.current?.showModal()}
        >
          Refund
        </button>
      )}
      <dialog className="dialog" ref={dialog} aria-labelledby={titleId}>
        <h2 id={titleId}>Refund {amount}?</h2>
        <p className="meta">
          The buyer of “<span dir="auto">{title}</span>” gets{' '}
          {isRest ? 'the rest of the price' : 'the full price'} back and loses the ticket. You can’t undo
          this.
        </p>
        <div className="row">
          <button className="btn" type="button" onClick={() => dialog.current?.close()}>
            Keep the sale
          </button>
          <button className="btn btn--stop" type="button" aria-busy={isPending} onClick={() => void refund()}>
            Refund {amount}
          </button>
        </div>
      </dialog>
    </>
  );
}
