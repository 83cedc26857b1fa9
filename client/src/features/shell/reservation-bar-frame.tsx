import { Link } from '../../ui/link.tsx';
import type { ReactNode } from 'react';
import type { Order } from '../../lib/types.ts';
import { PosterImage } from '../../ui/poster-image.tsx';
import { useTranslate } from '#use-translate';

/** Reservations that have not expired by the server's clock, the next to expire first. */
export function activeReservations(orders: Order[]): Order[] {
  return orders
    .filter(
      ({ status, expiresAt, serverNow }) =>
        status === 'created' && Date.parse(expiresAt) > Date.parse(serverNow),
    )
    .sort((a, b) => Date.parse(a.expiresAt) - Date.parse(b.expiresAt));
}

type Props = { order: Order; seconds: number; text: ReactNode; action: ReactNode; isPayable: boolean };

/** The markup that the server-rendered bar and the live bar share. */
export function ReservationBarFrame({ order, seconds, text, action, isPayable }: Props) {
  const t = useTranslate();
  const total = Math.max(1, (Date.parse(order.expiresAt) - Date.parse(order.createdAt)) / 1000);
  return (
    <aside className="hold" aria-label={t('Your reservation')}>
      <div className="wrap">
        <PosterImage id={order.ticket.id} size="thumb" />
        <p>
          <b dir="auto">{order.ticket.title}</b>
          {text}
        </p>
        <div className="row">
          {action}
          {/* A full page load, because the checkout has its own content security policy. */}
          {isPayable && (
            <a className="btn btn--main" href={t.path(`/checkout/${order.id}`)}>
              {t('Pay')}
            </a>
          )}
        </div>
      </div>
      <progress max={total} value={Math.min(seconds, total)} aria-hidden="true" />
    </aside>
  );
}

export function ReservedText({ timer, more }: { timer: ReactNode; more: number }) {
  const t = useTranslate();
  return t.rich('Reserved for you, {timer} left{more, plural, =0 {} other {, and <link># more</link>}}', {
    timer,
    more,
    link: (content: ReactNode[]) => (
      <Link href="/orders?tab=active" prefetch={false}>
        {content}
      </Link>
    ),
  });
}
