import { pageMetadata } from '../../i18n/page-metadata.ts';
import { Link } from '../../ui/link.tsx';
import { ChartPanel, Figures } from '../../features/sell/dashboard.tsx';
import { ConductNote } from '../../features/sell/conduct-note.tsx';
import { ListingTable } from '../../features/sell/listing-table.tsx';
import { SellerLiveRefresh } from '../../features/sell/seller-live-refresh.tsx';
import type { Ticket, TicketStatus, User } from '../../lib/types.ts';
import { getSelling, tryRead, listOwnTickets } from '../../server/api.ts';
import { currentDate } from '../../server/clock.ts';
import { requireUser } from '../../server/session.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { LoadFailed } from '../../ui/load-failed.tsx';
import { Note } from '../../ui/note.tsx';
import { useTranslate } from '#use-translate';
import { getTranslate } from '../../i18n/server.ts';
import { messages } from '../../i18n/translate.ts';

export const generateMetadata = pageMetadata('Your listings', { robots: { index: false } });

const TABS: Record<string, { label: string; status?: TicketStatus }> = messages({
  all: { label: 'All' },
  available: { label: 'For sale', status: 'available' },
  reserved: { label: 'Reserved', status: 'reserved' },
  sold: { label: 'Sold', status: 'sold' },
  withdrawn: { label: 'Withdrawn', status: 'withdrawn' },
});

function inTab(tickets: Ticket[], tab: string): Ticket[] {
  const status = TABS[tab]?.status;
  return tickets.filter((ticket) => !status || ticket.status === status);
}

export default async function SellPage({ searchParams }: PageProps<'/sell'>) {
  const t = await getTranslate();
  const { tab: requestedTab, currency } = await searchParams;
  const tab = typeof requestedTab === 'string' && Object.hasOwn(TABS, requestedTab) ? requestedTab : 'all';
  const result = await tryRead(
    requireUser('/sell').then(async (user) => ({ user, tickets: await listOwnTickets() })),
  );
  const selling = result.ok ? await tryRead(getSelling()) : undefined;
  return (
    <main id="main" tabIndex={-1} className="wrap">
      <div className="row row--apart section section--head">
        <h1>{t('Your listings')}</h1>
        <Link className="btn btn--main" href="/sell/new" prefetch={false}>
          <Icon name="plus" /> {t('Sell a ticket')}
        </Link>
      </div>
      {selling?.ok && <ConductNote selling={selling.value} />}
      {result.ok ? (
        <Dashboard
          {...result.value}
          tab={tab}
          currency={typeof currency === 'string' ? currency : undefined}
        />
      ) : (
        <LoadFailed title={t('Your listings did not load')} error={result.error} />
      )}
      <div className="section" />
    </main>
  );
}

type Props = { user: User; tickets: Ticket[]; tab: string; currency: string | undefined };

function Dashboard({ user, tickets, tab, currency }: Props) {
  const t = useTranslate();
  const now = currentDate();
  const soldIds = tickets.filter(({ status }) => status === 'sold').map(({ id }) => id);
  const live = <SellerLiveRefresh sellerId={user.id} soldIds={soldIds} />;
  if (tickets.length === 0) {
    return (
      <>
        {live}
        <EmptyState title={t('List your first ticket')}>
          <p>{t('Can’t make it to an event? All you need is a title and a price.')}</p>
          <Link className="btn" href="/sell/new" prefetch={false}>
            {t('Sell a ticket')}
          </Link>
        </EmptyState>
      </>
    );
  }
  const shown = inTab(tickets, tab);
  return (
    <>
      {live}
      <ReservedNotes tickets={tickets} />
      <div className="dash">
        <Figures tickets={tickets} year={now.getUTCFullYear()} />
        <ChartPanel tickets={tickets} now={now} requestedCurrency={currency} path="/sell" />
      </div>
      <section aria-labelledby="by-status">
        <h2 id="by-status" className="vh">
          {t('Listings by status')}
        </h2>
        <StatusTabs tickets={tickets} tab={tab} />
        {shown.length > 0 ? (
          <ListingTable tickets={shown} />
        ) : (
          <p className="meta section--head">{t('No listings with this status.')}</p>
        )}
      </section>
    </>
  );
}

function ReservedNotes({ tickets }: { tickets: Ticket[] }) {
  const t = useTranslate();
  return (
    <div role="status">
      {tickets
        .filter(({ status }) => status === 'reserved')
        .slice(0, 3)
        .map(({ id, title }) => (
          <div className="gap-b" key={id}>
            <Note
              kind="hold"
              icon="clock"
              title={t.rich('A buyer is paying for “{title}”', { title: <span dir="auto">{title}</span> })}
            >
              <p>{t('You can’t change its price and details until they pay or release it.')}</p>
            </Note>
          </div>
        ))}
    </div>
  );
}

function StatusTabs({ tickets, tab }: { tickets: Ticket[]; tab: string }) {
  const t = useTranslate();
  return (
    <nav className="tabs" aria-label={t('Listings by status')}>
      {Object.entries(TABS).map(([name, { label }]) => (
        <Link
          key={name}
          href={name === 'all' ? '/sell' : `/sell?tab=${name}`}
          prefetch={false}
          aria-current={name === tab ? 'page' : undefined}
        >
          {t(label)} <span className="count">{inTab(tickets, name).length}</span>
        </Link>
      ))}
    </nav>
  );
}
