'use client';

import { useRouter } from 'next/navigation';
import { useUndoableDelete, withdrawAnnouncements } from '../../lib/use-undoable-delete.ts';
import { focusOnMount } from '../../ui/focus-on-mount.ts';
import { useTranslate } from '#use-translate';

type Props = { id: string; title: string; className?: string; label?: string };

export function WithdrawButton({ id, title, className = 'btn btn--quiet', label }: Props) {
  const t = useTranslate();
  const router = useRouter();
  const { state, errors, start, undo } = useUndoableDelete(`/api/tickets/${id}`, withdrawAnnouncements, () =>
    router.refresh(),
  );
  if (state !== 'idle') {
    return (
      <button
        className="btn"
        type="button"
        aria-label={t('Undo withdrawing {title}', { title })}
        aria-disabled={state === 'sending'}
        onClick={undo}
        ref={focusOnMount}
      >
        {t('Undo')}
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
      <button
        className={className}
        type="button"
        aria-label={label ? t('Withdraw listing {title}', { title }) : t('Withdraw {title}', { title })}
        onClick={start}
      >
        {label ?? t('Withdraw')}
      </button>
    </>
  );
}
