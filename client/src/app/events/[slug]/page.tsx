import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound, permanentRedirect } from 'next/navigation';
import { Offers } from '../../../features/event/offers.tsx';
import { countTickets, priceSpread } from '../../../features/event/price-spread.ts';
import { formatStart, formatVenue } from '../../../lib/card.ts';
import { eventPath } from '../../../lib/paths.ts';
import { formatLongEventTime, formatTimeZone } from '../../../lib/time.ts';
import type { EventWithTickets, Ticket } from '../../../lib/types.ts';
import { getEvent, tryRead } from '../../../server/api.ts';
import { getVisitor } from '../../../server/session.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { LoadFailed } from '../../../ui/load-failed.tsx';
import { PrintedPoster } from '../../../ui/printed-poster.tsx';

type Props = PageProps<'/events/[slug]'>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const result = await tryRead(getEvent((await params).slug));
  if (!result.ok || !result.value) return { title: 'Event' };
  const { event } = result.value;
  const description = `${formatStart(event)}, ${formatVenue(event)}. ${countTickets(event.available)} for sale.`;
  return {
    title: event.title,
    description,
    alternates: { canonical: eventPath(event.slug) },
    openGraph: { title: event.title, description },
  };
}

export default async function EventPage({ params, searchParams }: Props) {
  const [{ slug }, { cursor }] = await Promise.all([params, searchParams]);
  const [{ user, isKnown }, result] = await Promise.all([
    getVisitor(),
    tryRead(getEvent(slug, typeof cursor === 'string' ? cursor : undefined)),
  ]);
  if (!result.ok) {
    return (
      <main id="main" tabIndex={-1} className="wrap">
        <div className="section">
          <h1 className="gap-b">Event</h1>
          <LoadFailed title="This event did not load" error={result.error} />
        </div>
      </main>
    );
  }
  if (!result.value) notFound();
  const { event, items, next, previous } = result.value;
  if (event.slug !== slug) permanentRedirect(eventPath(event.slug));
  return (
    <main id="main" tabIndex={-1} className="wrap">
      <p className="crumb">
        <Link href="/tickets" prefetch={false}>
          <Icon name="back" /> All tickets
        </Link>
      </p>
      <article className="show" aria-labelledby="title">
        <div className="show__art">
          <PrintedPoster
            id={event.id}
            category={event.category}
            title={event.title}
            when={formatStart(event)}
          />
        </div>
        <div className="stack">
          <h1 id="title" dir="auto">
            {event.title}
          </h1>
          <Facts event={event} />
        </div>
      </article>
      <section className="section" aria-labelledby="offers">
        <h2 id="offers" className="gap-b">
          {event.available > 0 ? `${countTickets(event.available)}, ${priceSpread(event)}` : 'Tickets'}
        </h2>
        {items.length > 0 ? (
          <Offers
            eventId={event.id}
            tickets={items.map(withoutSecret)}
            viewerId={user?.id}
            isGuest={isKnown && !user}
          />
        ) : (
          <NothingForSale />
        )}
        <Pages slug={event.slug} next={next} previous={previous} />
      </section>
    </main>
  );
}

/** An entry code must not be in the HTML, not even for the seller. */
function withoutSecret(ticket: Ticket): Ticket {
  const shown = { ...ticket };
  delete shown.secret;
  return shown;
}

function Facts({ event }: { event: EventWithTickets }) {
  return (
    <dl className="facts">
      <div>
        <dt>When</dt>
        <dd>
          {event.startsAt ? (
            <>
              <time dateTime={event.startsAt}>{formatLongEventTime(event.startsAt, event.timeZone)}</time>
              <br />
              <span className="meta">{formatTimeZone(event.timeZone)}</span>
            </>
          ) : (
            'Date not given'
          )}
        </dd>
      </div>
      <div>
        <dt>Where</dt>
        <dd dir="auto">{formatVenue(event)}</dd>
      </div>
    </dl>
  );
}

function NothingForSale() {
  return (
    <EmptyState title="No tickets for sale right now">
      <p>Sold and reserved tickets aren’t listed here. New ones appear by themselves.</p>
      <Link className="btn" href="/tickets" prefetch={false}>
        See all tickets
      </Link>
    </EmptyState>
  );
}

type PagesProps = { slug: string; next: string | undefined; previous: string | undefined };

function Pages({ slug, next, previous }: PagesProps) {
  if (next === undefined && previous === undefined) return null;
  const path = (cursor: string) => `${eventPath(slug)}?${new URLSearchParams({ cursor })}`;
  return (
    <nav className="pages" aria-label="Pages">
      {previous !== undefined && (
        <Link href={path(previous)} prefetch={false} rel="prev">
          Previous
        </Link>
      )}
      {next !== undefined && (
        <Link href={path(next)} prefetch={false} rel="next">
          Next
        </Link>
      )}
    </nav>
  );
}
