import type { ReactNode } from 'react';
import { useTranslate } from '#use-translate';
import type { Counts } from '../../server/counts.ts';
import { LocalTime } from '../../ui/local-time.tsx';

const bold = (content: ReactNode[]) => <b>{content}</b>;

/** The counts of listings with the time of counting; nothing when they are unavailable. */
export function CountsStrip({ counts }: { counts: Counts | undefined }) {
  const t = useTranslate();
  if (!counts) return null;
  const shown = (count: number) => ({ count: count >= 1000 ? t('1,000+') : String(count), b: bold });
  return (
    <section className="truth" aria-label={t('Counts of tickets')}>
      <p>{t.rich('<b>{count}</b> available', shown(counts.available))}</p>
      <p>{t.rich('<b>{count}</b> reserved', shown(counts.reserved))}</p>
      <p>{t.rich('<b>{count}</b> sold', shown(counts.sold))}</p>
      <p className="truth__note">
        {t.rich('Counted at {time}. We never make up a queue.', {
          time: <LocalTime iso={counts.countedAt} withSeconds />,
        })}
      </p>
    </section>
  );
}
