'use client';

import useSWR from 'swr';
import { send } from '../../lib/http.ts';
import type { Ticket } from '../../lib/types.ts';

async function fetchTicket(path: string): Promise<Ticket> {
  const { data, errors } = await send<Ticket>('GET', path);
  if (!data) throw new Error(errors[0]?.message);
  return data;
}

/** The latest ticket, shared by all client components of the page through the SWR cache. */
export function useLiveTicket(initial: Ticket) {
  const { data, mutate } = useSWR(`/api/tickets/${initial.id}`, fetchTicket, {
    fallbackData: initial,
    revalidateOnMount: false,
    revalidateOnFocus: false,
    revalidateOnReconnect: false,
    revalidateIfStale: false,
    shouldRetryOnError: false,
  });
  const ticket = data.version >= initial.version ? data : initial;
  return { ticket, mutate };
}
