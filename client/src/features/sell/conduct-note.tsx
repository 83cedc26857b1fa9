import type { Selling } from '../../lib/types.ts';
import { Note } from '../../ui/note.tsx';

/** Shows a seller the refunds that count, before they have a consequence and afterwards. */
export function ConductNote({ selling }: { selling: Selling }) {
  const { refunds, limit, days, suspended } = selling;
  const sales = refunds === 1 ? '1 sale' : `${refunds} sales`;
  if (suspended)
    return (
      <Note kind="stop" icon="info" title="You can’t list new tickets at the moment">
        <p>
          You refunded {sales} within {days} days. We will look at them and decide. Your listings stay for
          sale.
        </p>
      </Note>
    );
  if (refunds === 0) return null;
  return (
    <Note icon="info" title={`You refunded ${sales} within ${days} days`}>
      <p>After {limit} refunds you can’t list new tickets until we have looked at them.</p>
    </Note>
  );
}
