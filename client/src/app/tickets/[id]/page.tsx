import type { Metadata } from 'next';
import { Link } from '../../../ui/link.tsx';
import { notFound } from 'next/navigation';
import { Similar } from '../../../features/catalog/similar.tsx';
import { LiveStatus } from '../../../features/ticket/live-status.tsx';
import { readNotice } from '../../../features/ticket/notice.ts';
import { PricePanel } from '../../../features/ticket/price-panel.tsx';
import { ReserveHints } from '../../../features/ticket/reserve-hints.tsx';
import { SellerFact } from '../../../features/ticket/seller-fact.tsx';
import { CopyLinkButton, ShareButton } from '../../../features/ticket/share-button.tsx';
import { whatYouGet } from '../../../features/ticket/what-you-get.ts';
import { WhenAndWhere } from '../../../features/ticket/when-and-where.tsx';
import { formatVenue } from '../../../lib/card.ts';
import { formatMoney } from '../../../lib/money.ts';
import { eventPath, newListingPath } from '../../../lib/paths.ts';
import { shareCard, ticketStructuredData } from '../../../lib/structured-data.ts';
import type { Ticket } from '../../../lib/types.ts';
import { tryRead, getTicket } from '../../../server/api.ts';
import { publicOrigin } from '../../../server/origin.ts';
import { getVisitor } from '../../../server/session.ts';
import { Icon } from '../../../ui/icon.tsx';
import { JsonLd } from '../../../ui/json-ld.tsx';
import { PageLoadFailed } from '../../../ui/load-failed.tsx';
import { Note } from '../../../ui/note.tsx';
import { PosterImage } from '../../../ui/poster-image.tsx';
import { getTranslate } from '../../../i18n/server.ts';
import { useTranslate } from '#use-translate';

type Props = PageProps<'/tickets/[id]'>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const t = await getTranslate();
  const result = await tryRead(getTicket((await params).id));
  if (!result.ok) return { title: t('Ticket') };
  const ticket = result.value;
  if (!ticket) notFound();
  const description = t('{venue}. {price}, all-in.', {
    venue: formatVenue(t, ticket),
    price: formatMoney(t, ticket.price, ticket.currency),
  });
  return {
    title: ticket.title,
    description,
    openGraph: shareCard(ticket.title, description, ticket.eventId),
  };
}

export default async function TicketPage({ params, searchParams }: Props) {
  const t = await getTranslate();
  const [{ id }, { notice }] = await Promise.all([params, searchParams]);
  const [{ user, isKnown }, result] = await Promise.all([getVisitor(), tryRead(getTicket(id))]);
  if (!result.ok)
    return (
      <PageLoadFailed heading={t('Ticket')} title={t('This ticket did not load')} error={result.error} />
    );
  if (!result.value) notFound();
  // The page of a listing never shows the entry code, so it must not be in the HTML, not even for the seller.
  const ticket = { ...result.value };
  delete ticket.secret;
  return (
    <main id="main" tabIndex={-1}>
      <JsonLd data={ticketStructuredData(t, ticket, publicOrigin())} />
      <div className="wrap">
        <Crumb ticket={ticket} />
        {notice === 'listed' && ticket.userId === user?.id && <ListedNote ticket={ticket} />}
        <div className="split">
          <article className="show" aria-labelledby="title">
            <div className="show__art">
              <PosterImage id={ticket.eventId ?? ticket.id} category={ticket.category} isFirst />
            </div>
            <div className="stack">
              <LiveStatus initial={ticket} viewerId={user?.id} />
              <h1 id="title" dir="auto">
                {ticket.title}
              </h1>
              <Facts ticket={ticket} />
              {ticket.eventId && (
                <p>
                  <Link href={eventPath(ticket.eventId)} prefetch={false}>
                    {t('All tickets for this event')}
                  </Link>
                </p>
              )}
            </div>
          </article>
          <PricePanel
            initial={ticket}
            viewerId={user?.id}
            isGuest={isKnown && !user}
            notice={readNotice(t, notice)}
            hints={<ReserveHints />}
          />
          {ticket.notes && (
            <section className="split__rest" aria-labelledby="notes">
              <h2 id="notes">{t('From the seller')}</h2>
              <p className="quote" dir="auto">
                {ticket.notes}
              </p>
            </section>
          )}
        </div>
        <p className="meta">
          <Link href={`/report/${ticket.id}`} prefetch={false} rel="nofollow">
            {t('Report this listing')}
          </Link>
        </p>
        <Similar category={ticket.category} except={ticket.id} />
      </div>
    </main>
  );
}

/** What a seller sees right after listing a ticket. */
function ListedNote({ ticket }: { ticket: Ticket }) {
  const t = useTranslate();
  return (
    <div className="gap-b">
      <Note kind="free" icon="tick" role="status" title={t('Your ticket is listed')}>
        <p>{t('Buyers can find it now. Tickets that are shared sell faster.')}</p>
        <div className="row">
          <ShareButton title={ticket.title} className="btn btn--main" />
          <CopyLinkButton />
          <Link className="btn" href={newListingPath(ticket.id)} prefetch={false}>
            {t('List another like this')}
          </Link>
        </div>
      </Note>
    </div>
  );
}

function Crumb({ ticket: { category, city } }: { ticket: Ticket }) {
  const t = useTranslate();
  const query = new URLSearchParams({ ...(category && { category }), ...(city && { city }) });
  const all = t(
    '{category, select, music {All music} theatre {All theatre} sport {All sport} festival {All festival} comedy {All comedy} classical {All classical} other {All tickets}}',
    { category },
  );
  return (
    <p className="crumb">
      <Link href={query.size > 0 ? `/tickets?${query}` : '/tickets'} prefetch={false}>
        <Icon name="back" />{' '}
        {city ? t.rich('{all} in {city}', { all, city: <span dir="auto">{city}</span> }) : all}
      </Link>
    </p>
  );
}

function Facts({ ticket }: { ticket: Ticket }) {
  const t = useTranslate();
  return (
    <dl className="facts">
      <WhenAndWhere event={ticket} />
      <div>
        <dt>{t('Seat')}</dt>
        <dd dir="auto">{ticket.seat ?? t('Not given')}</dd>
      </div>
      <div>
        <dt>{t('You get')}</dt>
        <dd>{whatYouGet(t, ticket)}</dd>
      </div>
      {ticket.seller && <SellerFact seller={ticket.seller} />}
    </dl>
  );
}
