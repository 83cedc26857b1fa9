import { minutesAndSeconds } from '../../lib/time.ts';
import type { Order } from '../../lib/types.ts';
import { alive, BarFrame, Held } from './reservation-frame.tsx';

/** The bar before its script is there, and for good where there is none. */
export function FirstBar({ orders }: { orders: Order[] }) {
  const [order, ...others] = alive(orders);
  if (!order) return null;
  const leftMs = Date.parse(order.expiresAt) - Date.parse(order.serverNow);
  const timer = (
    <span className="num" role="timer" aria-label="Time left">
      {minutesAndSeconds(leftMs)}
    </span>
  );
  return (
    <BarFrame
      order={order}
      seconds={leftMs / 1000}
      text={<Held timer={timer} more={others.length} />}
      action={
        // Its place is kept, but a button that does nothing yet must not be there to be pressed.
        <span className="btn btn--quiet invisible">Release</span>
      }
      isPayable
    />
  );
}
