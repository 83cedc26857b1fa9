'use client';

import { useRouter } from 'next/navigation';
import { useUndoableDelete, withdrawAnnouncements } from '../../lib/use-undoable-delete.ts';
import { focusOnMount } from '../../ui/focus-on-mount.ts';

type Props = { id: string; title: string; className?: string; label?: string };

export function WithdrawButton({ id, title, className = 'btn btn--quiet', label = 'Withdraw' }: Props) {
  const router = useRouter();
  const { state, errors, start, undo } = useUndoableDelete(`/api/tickets/${id}`, withdrawAnnouncements, () =>
    router.refresh(),
  );
  if (state !== 'idle') {
    return (
      <button
        className="btn"
        type="button"
        aria-label={`Undo withdrawing ${title}`}
        aria-disabled={state === 'sending'}
        onClick={undo}
        ref={focusOnMount}
      >
        Undo
      </button>
    );
  }
  return (
    <>
      {errors[0] && (
        <span className="field__err" role="alert">
          {errors[0].message}
        </span>
      )}
      <button className={className} type="button" aria-label={`${label} ${title}`} onClick={start}>
        {label}
      </button>
    </>
  );
}
