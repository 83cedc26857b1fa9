'use client';

import { statusOf } from '../../lib/card.ts';
import type { Ticket } from '../../lib/types.ts';
import { Status } from '../../ui/status.tsx';
import { useLiveTicket } from './use-live-ticket.ts';

export function LiveStatus({ initial, viewerId }: { initial: Ticket; viewerId: string | undefined }) {
  const { ticket } = useLiveTicket(initial);
  const { kind, word } = statusOf(ticket, viewerId);
  return (
    <p>
      <Status kind={kind}>{word}</Status>
    </p>
  );
}
