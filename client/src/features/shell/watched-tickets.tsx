'use client';

import { lazy, Suspense } from 'react';
import { retryWhenOnline } from '../../lib/retry-when-online.ts';
import { useWatchedIds } from '../../lib/watched-tickets.ts';

const TicketWatcher = lazy(
  retryWhenOnline(() => import('./ticket-watcher.tsx').then((module) => ({ default: module.TicketWatcher }))),
);

/** Follows the tickets that the visitor watches; the script for that loads with the first of them. */
export function WatchedTickets() {
  const isWatching = useWatchedIds().length > 0;
  return <Suspense>{isWatching && <TicketWatcher />}</Suspense>;
}
