import { formatMinutesAndSeconds } from '../../lib/time.ts';
import type { Order } from '../../lib/types.ts';
import { activeReservations, ReservationBarFrame, ReservedText } from './reservation-bar-frame.tsx';

/** The bar before its script has loaded, and without JavaScript. */
export function StaticReservationBar({ orders }: { orders: Order[] }) {
  const [order, ...others] = activeReservations(orders);
  if (!order) return null;
  const leftMs = Date.parse(order.expiresAt) - Date.parse(order.serverNow);
  const timer = (
    <span className="num" role="timer" aria-label="Time left">
      {formatMinutesAndSeconds(leftMs)}
    </span>
  );
  return (
    <ReservationBarFrame
      order={order}
      seconds={leftMs / 1000}
      text={<ReservedText timer={timer} more={others.length} />}
      action={
        // Keeps the space of the button without a control that would lose a click.
        <span className="btn btn--quiet invisible">Release</span>
      }
      isPayable
    />
  );
}
