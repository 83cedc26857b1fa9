import type { Selling } from '../../lib/types.ts';
import { Note } from '../../ui/note.tsx';
import { useTranslate } from '#use-translate';

/** Shows a seller the refunds that count, before they have a consequence and afterwards. */
export function ConductNote({ selling }: { selling: Selling }) {
  const t = useTranslate();
  const { refunds, limit, days, suspended } = selling;

  if (suspended)
    return (
      <Note kind="stop" icon="info" title={t('You can’t list new tickets at the moment')}>
        <p>
          {t(
            'You refunded {refunds, plural, one {# sale} other {# sales}} within {days} days. We will look at them and decide. Your listings stay for sale.',
            { refunds, days },
          )}
        </p>
      </Note>
    );
  if (refunds === 0) return null;
  return (
    <Note
      icon="info"
      title={t('You refunded {refunds, plural, one {# sale} other {# sales}} within {days} days', {
        refunds,
        days,
      })}
    >
      <p>{t('After {limit} refunds you can’t list new tickets until we have looked at them.', { limit })}</p>
    </Note>
  );
}
