'use client';

import { usePathname } from 'next/navigation';
import { barePath } from '../../i18n/locales.ts';
import { useCallback, useEffect, useState } from 'react';
import { send } from '../../lib/http.ts';
import type { Order } from '../../lib/types.ts';
import { useLive } from '../../lib/use-live.ts';
import { releaseAnnouncements, useUndoableDelete } from '../../lib/use-undoable-delete.ts';
import { useSecondsLeft } from '../../lib/use-seconds-left.ts';
import { formatMinutesAndSeconds } from '../../lib/time.ts';
import { Countdown } from '../../ui/countdown.tsx';
import { focusOnMount } from '../../ui/focus-on-mount.ts';
import { activeReservations, ReservationBarFrame, ReservedText } from './reservation-bar-frame.tsx';
import { useTranslate } from '#use-translate';

const POLL_MS = 15_000;

/** The visitor's reservation, on every page except its own checkout, which has a clock of its own. */
export function ReservationBar({ initial }: { initial: Order[] }) {
  const path = barePath(usePathname());
  const [orders, setOrders] = useState(() => activeReservations(initial));
  const [seen, setSeen] = useState(initial);
  if (seen !== initial) {
    setSeen(initial);
    setOrders(activeReservations(initial));
  }

  const reload = useCallback(() => {
    void send<Order[]>('GET', '/api/orders?status=created').then(
      ({ data }) => data && setOrders(activeReservations(data)),
    );
  }, []);
  const forget = useCallback((id: string) => setOrders((all) => all.filter((order) => order.id !== id)), []);

  useLive<Order>('orders', {
    onChange: (order) =>
      setOrders((all) => {
        const known = all.find(({ id }) => id === order.id);
        if (known && known.version > order.version) return all;
        return activeReservations([...all.filter(({ id }) => id !== order.id), order]);
      }),
    onRefetch: reload,
    pollMs: POLL_MS,
    maxPollMs: 4 * POLL_MS,
  });

  const shown = orders.find(({ id }) => !path.startsWith(`/checkout/${id}`));
  if (!shown) return null;
  return <Bar key={shown.id} order={shown} more={orders.length - 1} onGone={forget} onEnd={reload} />;
}

type BarProps = { order: Order; more: number; onGone: (id: string) => void; onEnd: () => void };

function Bar({ order, more, onGone, onEnd }: BarProps) {
  const t = useTranslate();
  const seconds = useSecondsLeft(order.expiresAt, order.serverNow);
  const { state, errors, start, undo } = useUndoableDelete(
    `/api/orders/${order.id}`,
    releaseAnnouncements,
    () => onGone(order.id),
  );
  const isOver = seconds === 0;

  useEffect(() => {
    if (!isOver) return;
    onEnd(); // the server decides whether it has ended
    const timer = setTimeout(() => onGone(order.id), 2_000);
    return () => clearTimeout(timer);
  }, [isOver, onEnd, onGone, order.id]);

  useEffect(() => {
    const bare = () => document.title.replace(/^\d+:\d\d · /, '');
    document.title = `${formatMinutesAndSeconds(seconds * 1000)} · ${bare()}`;
    return () => {
      document.title = bare();
    };
  }, [seconds]);

  return (
    <ReservationBarFrame
      order={order}
      seconds={seconds}
      text={
        state === 'undoable'
          ? t('Releasing it in 8 seconds')
          : state === 'sending'
            ? t('Releasing')
            : (errors[0]?.message ?? <ReservedText timer={<Countdown seconds={seconds} />} more={more} />)
      }
      action={
        state === 'idle' ? (
          <button className="btn btn--quiet" type="button" onClick={start}>
            {t('Release')}
          </button>
        ) : (
          <button
            className="btn"
            type="button"
            onClick={undo}
            aria-disabled={state === 'sending'}
            ref={focusOnMount}
          >
            {t('Undo')}
          </button>
        )
      }
      isPayable={state === 'idle'}
    />
  );
}
