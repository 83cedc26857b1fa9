'use client';

import { usePathname } from 'next/navigation';
import { lazy, Suspense, useSyncExternalStore, type ReactNode } from 'react';
import { late } from '../../lib/late.ts';
import type { Order } from '../../lib/types.ts';
import { useWatched } from '../../lib/watch.ts';

// Most pages are read by people who hold nothing: the scripts of these parts are loaded after the page.
const ReservationBar = lazy(
  late(() => import('./reservation-bar.tsx').then((module) => ({ default: module.ReservationBar }))),
);
const Watcher = lazy(late(() => import('./watcher.tsx').then((module) => ({ default: module.Watcher }))));

const never = () => () => undefined;

/** `children` is the bar as the server drew it. It stands in the page until its script is there: nothing moves. */
export function ReservationSlot({ initial, children }: { initial: Order[]; children: ReactNode }) {
  const path = usePathname();
  const isInBrowser = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const isShownByPage = initial.some(({ id }) => path.startsWith(`/checkout/${id}`));
  const first = isShownByPage ? null : children;
  return <Suspense fallback={first}>{isInBrowser ? <ReservationBar initial={initial} /> : first}</Suspense>;
}

export function WatcherSlot() {
  const isWatching = useWatched().length > 0;
  return <Suspense>{isWatching && <Watcher />}</Suspense>;
}
