'use client';

import { toast } from '../../lib/announce.ts';
import type { Ticket } from '../../lib/types.ts';
import { useLive } from '../../lib/use-live.ts';
import { setWatched, useWatchedIds } from '../../lib/watched-tickets.ts';
import { useTranslate } from '#use-translate';

/** Shows a toast when a watched ticket is available again. Subscribes only while a ticket is watched. */
export function TicketWatcher() {
  const t = useTranslate();
  const ids = useWatchedIds();
  const onChange = (ticket: Ticket) => {
    if (!ids.includes(ticket.id) || ticket.status === 'reserved') return;
    setWatched(ticket.id, false);
    if (ticket.status === 'available') {
      toast({
        text: t('“{title}” is available again.', { title: ticket.title }),
        href: `/tickets/${ticket.id}`,
        action: t('See it'),
        stays: true,
      });
    }
  };
  useLive<Ticket>('tickets', {
    onChange: onChange,
    onRefetch: () => {
      for (const id of ids) {
        void fetch(`/api/tickets/${id}`)
          .then((response) => (response.ok ? (response.json() as Promise<Ticket>) : undefined))
          .then((ticket) => ticket && onChange(ticket))
          .catch(() => undefined);
      }
    },
    pollMs: 30_000,
    isEnabled: ids.length > 0,
  });
  return null;
}
