import type { Order } from '../../lib/types.ts';
import { Countdown } from '../../ui/countdown.tsx';
import { LocalTime } from '../../ui/local-time.tsx';
import { useTranslate } from '#use-translate';

export function ReservationClock({ order, seconds }: { order: Order; seconds: number }) {
  const t = useTranslate();
  const total = Math.max(1, (Date.parse(order.expiresAt) - Date.parse(order.createdAt)) / 1000);
  return (
    <div className="clock">
      <p>
        <b>{t.rich('Reserved for you until {time}', { time: <LocalTime iso={order.expiresAt} /> })}</b>
        <br />
        <span className="meta">
          {t('If time runs out, you can reserve again in one click, if it’s still available.')}
        </span>
      </p>
      <Countdown as="p" className="clock__t" seconds={seconds} />
      <progress max={total} value={Math.min(seconds, total)} aria-hidden="true" />
    </div>
  );
}
