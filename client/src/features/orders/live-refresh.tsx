'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import type { StreamName } from '../../lib/live.ts';
import { useLive } from '../../lib/use-live.ts';

const SETTLE_MS = 150;

type Props = { streams: StreamName[]; ids?: string[]; pollMs?: number };

/** Refreshes the server-rendered page when one of its orders or tickets changes. */
export function LiveRefresh({ streams, ids, pollMs = 15_000 }: Props) {
  const router = useRouter();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const refresh = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => router.refresh(), SETTLE_MS);
  };
  const live = {
    onChange: ({ id }: { id: string }) => {
      if (!ids || ids.includes(id)) refresh();
    },
    onRefetch: refresh,
    pollMs,
    maxPollMs: 4 * pollMs,
  };
  useLive<{ id: string }>('orders', { ...live, isEnabled: streams.includes('orders') });
  useLive<{ id: string }>('tickets', { ...live, isEnabled: streams.includes('tickets') });
  return null;
}
