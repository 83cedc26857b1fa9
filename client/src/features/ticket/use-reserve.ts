'use client';

import { useRef, useState } from 'react';
import { leave } from '../../lib/leave.ts';
import { signInPath } from '../../lib/paths.ts';
import { useTranslate } from '#use-translate';
import type { FieldError, Ticket } from '../../lib/types.ts';
import { useOnline } from '../../lib/use-online.ts';
import { untilSynchronized } from '../../lib/answers.ts';
import { JUST_ARRIVED } from '../../lib/just-arrived.ts';
import { changedFacts } from './changed-facts.ts';
import { getOrCreateIntent, reserve } from './reserve.ts';

type Options = {
  ticket: Ticket;
  /** The listing that the buyer knows. The page shows how `ticket` differs from it. */
  known: Ticket;
  /** Certainly signed out: reserving starts at the sign-in page. */
  isGuest: boolean;
  /** Why a reservation right after the sign-in failed. */
  notice: FieldError | undefined;
  refetch: () => Promise<Ticket | undefined>;
};

/** The refusals whose reason the page shows as a list of changes. */
const changes = new Set<string | undefined>(['price_changed', 'listing_changed']);

const EARLY = 'not_synchronized';

/** Reserves the ticket once, as shown, and leaves for the checkout or the sign-in page. */
export function useReserve({ ticket, known, isGuest, notice, refetch }: Options) {
  const t = useTranslate();
  const [isPending, setPending] = useState(false);
  const [problem, setProblem] = useState(notice);
  const isSending = useRef(false);
  const isOnline = useOnline();

  async function onReserve() {
    if (isSending.current || !isOnline) return;
    isSending.current = true;
    setPending(true);
    setProblem(undefined);
    await reserveAndLeave();
    isSending.current = false;
    setPending(false);
  }

  /** Ends when the reservation failed, or when the page it left for did not replace this one. */
  async function reserveAndLeave() {
    const intent = getOrCreateIntent(ticket);
    const signIn = signInPath(`/tickets/${ticket.id}`, 'reserve');
    if (isGuest) return leave(signIn);
    const { status, data, errors } = await untilSynchronized(
      () => reserve(ticket.id, intent),
      () => setProblem({ code: EARLY, message: JUST_ARRIVED }),
    );
    if (data) await leave(`/checkout/${data.id}`);
    else if (status === 401) return leave(signIn);
    const current = await refetch().catch(() => undefined);
    const [error] = errors;
    const isShown = changes.has(error?.code) && current && changedFacts(t, known, current).length > 0;
    setProblem(error && !isShown ? error : undefined);
  }

  return { isPending, isOnline, problem, onReserve };
}
