'use client';

import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import { type Card, toCard } from '../../lib/card.ts';
import type { Ticket } from '../../lib/types.ts';
import { useLive } from '../../lib/use-live.ts';
import { ShowNew } from './show-new.tsx';
import { TicketCard } from './ticket-card.tsx';
import { useTranslate } from '#use-translate';

const POLL_MS = 20_000;

type Props = {
  cards: Card[];
  viewerId?: string | undefined;
  label: string;
  level?: 2 | 3;
  announcesNew?: boolean;
};

/** Cards update in place. New listings wait behind a button, so that the layout does not shift. */
export function ListingGrid({ cards, viewerId, label, level = 3, announcesNew = false }: Props) {
  const t = useTranslate();
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const [changed, setChanged] = useState<Record<string, Card>>({});
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const [shownCards, setShownCards] = useState(cards);
  if (shownCards !== cards) {
    setShownCards(cards);
    setChanged({});
    setFresh(new Set());
  }

  useLive<Ticket>('tickets', {
    onChange: (ticket) => {
      const shown = changed[ticket.id] ?? cards.find(({ id }) => id === ticket.id);
      if (shown) {
        if (ticket.version > shown.version) {
          setChanged((all) => ({ ...all, [ticket.id]: toCard(t, ticket, viewerId) }));
        }
      } else if (announcesNew && ticket.status === 'available' && ticket.version === 0) {
        setFresh((ids) => new Set(ids).add(ticket.id));
      }
    },
    onRefetch: () => startTransition(() => router.refresh()),
    pollMs: POLL_MS,
    maxPollMs: 3 * POLL_MS,
    refetchesOnFirstConnect: false,
  });

  return (
    <>
      {announcesNew && (
        <ShowNew
          count={fresh.size}
          label={t('Show {count, plural, one {# new ticket} other {# new tickets}}', { count: fresh.size })}
          isPending={isPending}
          onShow={() => startTransition(() => router.refresh())}
        />
      )}
      <ul className="grid" aria-label={label}>
        {cards.map((card, index) => (
          <li key={card.id}>
            <TicketCard card={changed[card.id] ?? card} level={level} isFirst={index === 0} />
          </li>
        ))}
      </ul>
    </>
  );
}
