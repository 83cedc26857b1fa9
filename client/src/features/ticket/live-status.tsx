'use client';

import { cardStatus } from '../../lib/card.ts';
import type { Ticket } from '../../lib/types.ts';
import { Status } from '../../ui/status.tsx';
import { useLiveTicket } from './use-live-ticket.ts';

export function LiveStatus({ initial, viewerId }: { initial: Ticket; viewerId: string | undefined }) {
  const { ticket } = useLiveTicket(initial);
  const { kind, label } = cardStatus(ticket, viewerId);
  return (
    <p>
      <Status kind={kind}>{label}</Status>
    </p>
  );
}
