'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState, useTransition } from 'react';
import { useTranslate } from '#use-translate';
import { send } from '../../lib/http.ts';
import type { Event, Ticket } from '../../lib/types.ts';
import { useLive } from '../../lib/use-live.ts';
import { ShowNew } from '../catalog/show-new.tsx';
import { EventCard } from './event-card.tsx';
import { updateEvents } from './update-events.ts';

const POLL_MS = 20_000;
const MIN_WAIT_MS = 400;

type Props = {
  events: Event[];
  /** The query of the list, for reading it again. */
  query: string;
  label: string;
  level?: 2 | 3;
  announcesNew?: boolean;
};

/**
 * Cards of events. A change of a ticket says neither how many are left nor the lowest price, so the list is read again:
 * soon after the first change, and less often while changes keep coming. New events wait behind a button.
 */
export function EventGrid({ events, query, label, level = 3, announcesNew = false }: Props) {
  const t = useTranslate();
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const [newest, setNewest] = useState(events);
  const [rendered, setRendered] = useState(events);
  if (rendered !== events) {
    setRendered(events);
    setNewest(events);
  }
  const { shown, fresh } = updateEvents(events, newest);

  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const pace = useRef({ waitMs: MIN_WAIT_MS, readAt: 0 });
  useEffect(() => () => clearTimeout(waiting.current), []);

  async function read() {
    waiting.current = undefined;
    pace.current.readAt = Date.now();
    const { data } = await send<Event[]>('GET', `/api/tickets/events?${query}`);
    if (data) setNewest(data);
  }
  function readSoon() {
    if (waiting.current !== undefined) return;
    const { waitMs, readAt } = pace.current;
    const isBusy = Date.now() - readAt < 2 * waitMs;
    pace.current.waitMs = isBusy ? Math.min(2 * waitMs, POLL_MS) : MIN_WAIT_MS;
    // Spreads the reads of all who look at the list.
    waiting.current = setTimeout(() => void read(), pace.current.waitMs * (1 + Math.random()));
  }

  useLive<Ticket>('tickets', {
    onChange: ({ eventId, version }) => {
      if ((announcesNew && version === 0) || events.some(({ id }) => id === eventId)) readSoon();
    },
    onRefetch: () => void read(),
    pollMs: POLL_MS,
    maxPollMs: 3 * POLL_MS,
    refetchesOnFirstConnect: false,
  });

  return (
    <>
      {announcesNew && (
        <ShowNew
          count={fresh}
          label={t('Show {count, plural, one {# new event} other {# new events}}', { count: fresh })}
          isPending={isPending}
          onShow={() => startTransition(() => router.refresh())}
        />
      )}
      <ul className="grid" aria-label={label}>
        {shown.map((event, index) => (
          <li key={event.id}>
            <EventCard event={event} level={level} isFirst={index === 0} />
          </li>
        ))}
      </ul>
    </>
  );
}
