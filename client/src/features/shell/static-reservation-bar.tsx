import { formatMinutesAndSeconds } from '../../lib/time.ts';
import type { Order } from '../../lib/types.ts';
import { activeReservations, ReservationBarFrame, ReservedText } from './reservation-bar-frame.tsx';
import { useTranslate } from '#use-translate';

/** The bars that a page may need: the second one on the checkout of the first, which has a clock of its own. */
export function staticBars(orders: Order[]) {
  const active = activeReservations(orders);
  return active
    .slice(0, 2)
    .map((order) => ({ id: order.id, bar: <StaticReservationBar order={order} more={active.length - 1} /> }));
}

/** The bar before its script has loaded, and without JavaScript. */
function StaticReservationBar({ order, more }: { order: Order; more: number }) {
  const t = useTranslate();
  const leftMs = Date.parse(order.expiresAt) - Date.parse(order.serverNow);
  const timer = (
    <span className="num" role="timer" aria-label={t('Time left')}>
      {formatMinutesAndSeconds(leftMs)}
    </span>
  );
  return (
    <ReservationBarFrame
      order={order}
      seconds={leftMs / 1000}
      text={<ReservedText timer={timer} more={more} />}
      action={
        // Keeps the space of the button without a control that would lose a click.
        <span className="btn btn--quiet invisible">{t('Release')}</span>
      }
      isPayable
    />
  );
}
