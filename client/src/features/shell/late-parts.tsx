'use client';

import { lazy, Suspense } from 'react';
import type { Order } from '../../lib/types.ts';
import { useWatched } from '../../lib/watch.ts';

// Most pages are read by people who hold nothing: the scripts of these parts come only with the part.
const ReservationBar = lazy(() =>
  import('./reservation-bar.tsx').then((module) => ({ default: module.ReservationBar })),
);
const Watcher = lazy(() => import('./watcher.tsx').then((module) => ({ default: module.Watcher })));

export function ReservationSlot({ initial }: { initial: Order[] }) {
  return (
    <Suspense>
      <ReservationBar initial={initial} />
    </Suspense>
  );
}

export function WatcherSlot() {
  const isWatching = useWatched().length > 0;
  return <Suspense>{isWatching && <Watcher />}</Suspense>;
}
