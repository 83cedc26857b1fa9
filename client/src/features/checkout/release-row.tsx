import { UNDO_MS, type useUndoableDelete } from '../../lib/use-undoable-delete.ts';
import { focusOnMount } from '../../ui/focus-on-mount.ts';

type Props = { release: ReturnType<typeof useUndoableDelete>; isBlocked: boolean };

export function ReleaseRow({ release, isBlocked }: Props) {
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
          Release the ticket
        </button>
      </div>
    );
  }
  return (
    <div className="row">
      <span>Releasing it in {UNDO_MS / 1000} seconds</span>
      <button
        className="btn"
        type="button"
        onClick={release.undo}
        aria-disabled={release.state === 'sending'}
        ref={focusOnMount}
      >
        Undo
      </button>
    </div>
  );
}
