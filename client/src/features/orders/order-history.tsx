import { formatShortDay } from '../../lib/time.ts';
import type { Order } from '../../lib/types.ts';
import { LocalTime } from '../../ui/local-time.tsx';
import { historyText } from './order-text.ts';
import { useTranslate } from '#use-translate';

export function OrderHistory({ order }: { order: Order }) {
  const t = useTranslate();
  const { startsAt, timeZone } = order.ticket;
  return (
    <section aria-labelledby="ledger">
      <h2 id="ledger" className="gap-b">
        {t('What happened')}
      </h2>
      <ol className="ledger">
        {order.history.map((entry) => (
          <li key={`${entry.at}${entry.event}`}>
            <b>{historyText(t, entry)}</b>
            <LocalTime iso={entry.at} withSeconds />
          </li>
        ))}
        {order.status === 'complete' && startsAt && (
          <li className="is-next">
            <b>{t('Event day')}</b>
            <time dateTime={startsAt}>{formatShortDay(t, startsAt, timeZone)}</time>
          </li>
        )}
      </ol>
    </section>
  );
}
