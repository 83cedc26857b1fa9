'use client';

import { usePathname } from 'next/navigation';
import { barePath } from '../../i18n/locales.ts';
import { lazy, Suspense, useEffect, useSyncExternalStore, type ReactNode } from 'react';
import { loadWhenIdle } from '../../lib/load-when-idle.ts';
import type { Order } from '../../lib/types.ts';

// Most visitors have no reservation and watch no ticket, so the scripts of these components load after the page.
const ReservationBar = lazy(
  loadWhenIdle(() => import('./reservation-bar.tsx').then((module) => ({ default: module.ReservationBar }))),
);
const WatchedTickets = lazy(
  loadWhenIdle(() => import('./watched-tickets.tsx').then((module) => ({ default: module.WatchedTickets }))),
);

const subscribeToNothing = () => () => undefined;

/** False on the server and for the hydration, true after it. */
function useIsInBrowser(): boolean {
  return useSyncExternalStore(
    subscribeToNothing,
    () => true,
    () => false,
  );
}

type Bars = { initial: Order[]; bars: { id: string; bar: ReactNode }[] };

/** A server-rendered bar stays until the script has loaded, so the layout does not shift. */
export function DeferredReservationBar({ initial, bars }: Bars) {
  const path = barePath(usePathname());
  const isInBrowser = useIsInBrowser();
  const first = bars.find(({ id }) => !path.startsWith(`/checkout/${id}`))?.bar;
  return <Suspense fallback={first}>{isInBrowser ? <ReservationBar initial={initial} /> : first}</Suspense>;
}

export function DeferredWatcher() {
  return <Suspense>{useIsInBrowser() && <WatchedTickets />}</Suspense>;
}

const loadBackground = loadWhenIdle(() => import('./background.ts'));

export function Background({ isSignedIn }: { isSignedIn: boolean }) {
  useEffect(() => {
    let stop: (() => void) | undefined;
    let isGone = false;
    void loadBackground().then(({ startBackground }) => {
      if (!isGone) stop = startBackground(isSignedIn);
    });
    return () => {
      isGone = true;
      stop?.();
    };
  }, [isSignedIn]);
  return null;
}
