import type { Metadata } from 'next';
import { Link } from '../../../ui/link.tsx';
import { notFound, permanentRedirect } from 'next/navigation';
import { alternatesOf } from '../../../i18n/alternates.ts';
import { Offers } from '../../../features/event/offers.tsx';
import { countTickets, priceSpread } from '../../../features/event/price-spread.ts';
import { WhenAndWhere } from '../../../features/ticket/when-and-where.tsx';
import { formatStart, formatVenue } from '../../../lib/card.ts';
import { eventPath } from '../../../lib/paths.ts';
import { eventStructuredData, shareCard } from '../../../lib/structured-data.ts';
import type { Ticket } from '../../../lib/types.ts';
import { getEvent, tryRead } from '../../../server/api.ts';
import { publicOrigin } from '../../../server/origin.ts';
import { getVisitor } from '../../../server/session.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { JsonLd } from '../../../ui/json-ld.tsx';
import { PageLoadFailed } from '../../../ui/load-failed.tsx';
import { PageLinks } from '../../../ui/page-links.tsx';
import { PrintedPoster } from '../../../ui/printed-poster.tsx';
import { getTranslate } from '../../../i18n/server.ts';
import { useTranslate } from '#use-translate';

type Props = PageProps<'/events/[slug]'>;

/** The page and its metadata call this alike, so that the service gets one request. */
async function readEvent({ params, searchParams }: Props) {
  const [{ slug }, { cursor }] = await Promise.all([params, searchParams]);
  return tryRead(getEvent(slug, typeof cursor === 'string' ? cursor : undefined));
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  const t = await getTranslate();
  const result = await readEvent(props);
  if (!result.ok || !result.value) return { title: t('Event') };
  const { event } = result.value;
  const description = t('{when}, {where}. {count, plural, one {# ticket} other {# tickets}} for sale.', {
    when: formatStart(t, event),
    where: formatVenue(t, event),
    count: event.available,
  });
  return {
    title: event.title,
    description,
    alternates: alternatesOf(t, eventPath(event.slug)),
    openGraph: shareCard(event.title, description, event.id),
  };
}

export default async function EventPage(props: Props) {
  const t = await getTranslate();
  const [{ slug }, { user, isKnown }, result] = await Promise.all([
    props.params,
    getVisitor(),
    readEvent(props),
  ]);
  if (!result.ok)
    return <PageLoadFailed heading={t('Event')} title={t('This event did not load')} error={result.error} />;
  if (!result.value) notFound();
  const { event, items, next, previous } = result.value;
  if (event.slug !== slug) permanentRedirect(t.path(eventPath(event.slug)));
  return (
    <main id="main" tabIndex={-1} className="wrap">
      <JsonLd data={eventStructuredData(t, event, publicOrigin())} />
      <p className="crumb">
        <Link href="/tickets" prefetch={false}>
          <Icon name="back" /> {t('All tickets')}
        </Link>
      </p>
      <article className="show" aria-labelledby="title">
        <div className="show__art">
          <PrintedPoster
            id={event.id}
            category={event.category}
            title={event.title}
            when={formatStart(t, event)}
          />
        </div>
        <div className="stack">
          <h1 id="title" dir="auto">
            {event.title}
          </h1>
          <dl className="facts">
            <WhenAndWhere event={event} />
          </dl>
        </div>
      </article>
      <section className="section" aria-labelledby="offers">
        <h2 id="offers" className="gap-b">
          {event.available > 0
            ? `${countTickets(t, event.available)}, ${priceSpread(t, event)}`
            : t('Tickets')}
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
        <PageLinks
          previous={previous}
          next={next}
          pathOf={(page) => `${eventPath(event.slug)}?${new URLSearchParams({ cursor: page })}`}
        />
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

function NothingForSale() {
  const t = useTranslate();
  return (
    <EmptyState title={t('No tickets for sale right now')}>
      <p>{t('Sold and reserved tickets aren’t listed here. New ones appear by themselves.')}</p>
      <Link className="btn" href="/tickets" prefetch={false}>
        {t('See all tickets')}
      </Link>
    </EmptyState>
  );
}
