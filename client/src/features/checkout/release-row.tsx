import { UNDO_MS, type useUndoableDelete } from '../../lib/use-undoable-delete.ts';
import { focusOnMount } from '../../ui/focus-on-mount.ts';
import { useTranslate } from '#use-translate';

type Props = { release: ReturnType<typeof useUndoableDelete>; isBlocked: boolean };

export function ReleaseRow({ release, isBlocked }: Props) {
  const t = useTranslate();
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
          {t('Release the ticket')}
        </button>
      </div>
    );
  }
  return (
    <div className="row">
      <span>{t('Releasing it in {seconds} seconds', { seconds: UNDO_MS / 1000 })}</span>
      <button
        className="btn"
        type="button"
        onClick={release.undo}
        aria-disabled={release.state === 'sending'}
        ref={focusOnMount}
      >
        {t('Undo')}
      </button>
    </div>
  );
}
