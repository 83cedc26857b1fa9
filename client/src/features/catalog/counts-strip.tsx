import type { Counts } from '../../server/counts.ts';
import { LocalTime } from '../../ui/local-time.tsx';

/** The counts of listings with the time of counting; nothing when they are unavailable. */
export function CountsStrip({ counts }: { counts: Counts | undefined }) {
  if (!counts) return null;
  const format = (count: number) => (count >= 1000 ? '1,000+' : String(count));
  return (
    <section className="truth" aria-label="Counts of tickets">
      <p>
        <b>{format(counts.available)}</b> available
      </p>
      <p>
        <b>{format(counts.reserved)}</b> reserved
      </p>
      <p>
        <b>{format(counts.sold)}</b> sold
      </p>
      <p className="truth__note">
        Counted at <LocalTime iso={counts.countedAt} withSeconds />. We never make up a queue.
      </p>
    </section>
  );
}
