'use client';

import useSWR from 'swr';
import { send } from '../../lib/http.ts';
import type { Order } from '../../lib/types.ts';
import { useLive } from '../../lib/use-live.ts';

type Problem = { status: number };

async function fetchOrder(path: string): Promise<Order> {
  const { data, status } = await send<Order>('GET', path);
  if (!data) throw { status } satisfies Problem;
  return data;
}

/** The order as last heard of, from the stream or, while that is away, by asking ever more slowly. */
export function useLiveOrder(initial: Order, { pollMs, maxPollMs }: { pollMs: number; maxPollMs: number }) {
  const { data, error, mutate } = useSWR<Order, Problem>(`/api/orders/${initial.id}`, fetchOrder, {
    fallbackData: initial,
    revalidateOnMount: false,
    revalidateOnFocus: false,
    revalidateOnReconnect: false,
    revalidateIfStale: false,
    shouldRetryOnError: false,
  });
  const order = data && data.version >= initial.version ? data : initial;
  useLive<Order>('orders', {
    onChange: (changed) => {
      if (changed.id === order.id && changed.version >= order.version) void mutate(changed, { revalidate: false });
    },
    onRefetch: () => void mutate(),
    pollMs,
    maxPollMs,
  });
  return { order, isSignedOut: error?.status === 401, refetch: mutate };
}
