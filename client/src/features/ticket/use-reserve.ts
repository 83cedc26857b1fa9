'use client';

import { useRef, useState } from 'react';
import { signInPath } from '../../lib/paths.ts';
import type { FieldError, Ticket } from '../../lib/types.ts';
import { useOnline } from '../../lib/use-online.ts';
import { changedFacts } from './changed-facts.ts';
import { knownReason } from './reasons.ts';
import { getOrCreateIntent, reserve } from './reserve.ts';

type Options = {
  ticket: Ticket;
  /** The listing that the buyer knows. The page shows how `ticket` differs from it. */
  known: Ticket;
  /** Certainly signed out: reserving starts at the sign-in page. */
  isGuest: boolean;
  /** The error code that the sign-in page added to the address. */
  notice: string | undefined;
  refetch: () => Promise<Ticket | undefined>;
};

/** The refusals whose reason the page shows as a list of changes. */
const changes = new Set<string | undefined>(['price_changed', 'listing_changed']);

/** Reserves the ticket once, as shown, and leaves for the checkout or the sign-in page. */
export function useReserve({ ticket, known, isGuest, notice, refetch }: Options) {
  const [isPending, setPending] = useState(false);
  const [problem, setProblem] = useState<FieldError | undefined>(problemOf(notice));
  const isSending = useRef(false);
  const isOnline = useOnline();

  async function onReserve() {
    if (isSending.current || !isOnline) return;
    isSending.current = true;
    setPending(true);
    setProblem(undefined);
    const intent = getOrCreateIntent(ticket);
    const signIn = signInPath(`/tickets/${ticket.id}`, 'reserve');
    if (isGuest) return window.location.assign(signIn);
    const { ok, status, data, errors } = await reserve(ticket.id, intent);
    if (ok && data) return window.location.assign(`/checkout/${data.id}`);
    if (status === 401) return window.location.assign(signIn);
    isSending.current = false;
    setPending(false);
    const current = await refetch().catch(() => undefined);
    const error = errors[0];
    const isShown = changes.has(error?.code) && current && changedFacts(known, current).length > 0;
    if (error && !isShown) setProblem(error);
  }

  return { isPending, isOnline, problem, onReserve };
}

function problemOf(notice: string | undefined): FieldError | undefined {
  const message = knownReason(notice);
  return message && notice ? { code: notice, message } : undefined;
}
