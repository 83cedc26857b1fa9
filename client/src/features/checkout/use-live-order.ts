'use client';

import { useCallback, useState } from 'react';
import { send } from '../../lib/http.ts';
import type { Order } from '../../lib/types.ts';
import { useLive } from '../../lib/use-live.ts';

/** The latest order, from the stream or, while it is disconnected, from polling with backoff. */
export function useLiveOrder(initial: Order, { pollMs, maxPollMs }: { pollMs: number; maxPollMs: number }) {
  const [order, setOrder] = useState(initial);
  const [isSignedOut, setSignedOut] = useState(false);

  const applyUpdate = useCallback((update: Order) => {
    setOrder((current) => (update.id === current.id && update.version >= current.version ? update : current));
  }, []);
  const refetch = useCallback(async () => {
    const { data, status } = await send<Order>('GET', `/api/orders/${initial.id}`);
    if (data) applyUpdate(data);
    setSignedOut(status === 401);
  }, [initial.id, applyUpdate]);

  useLive<Order>('orders', { onChange: applyUpdate, onRefetch: () => void refetch(), pollMs, maxPollMs });
  return { order, isSignedOut, refetch };
}
