'use client';

import { cardStatus } from '../../lib/card.ts';
import type { Ticket } from '../../lib/types.ts';
import { Status } from '../../ui/status.tsx';
import { useLiveTicket } from './use-live-ticket.ts';
import { useTranslate } from '#use-translate';

export function LiveStatus({ initial, viewerId }: { initial: Ticket; viewerId: string | undefined }) {
  const t = useTranslate();
  const { ticket } = useLiveTicket(initial);
  const { kind, label } = cardStatus(t, ticket, viewerId);
  return (
    <p>
      <Status kind={kind}>{label}</Status>
    </p>
  );
}
