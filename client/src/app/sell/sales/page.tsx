import type { Metadata } from 'next';
import Link from 'next/link';
import { ChartPanel, Figures } from '../../../features/sell/dashboard.tsx';
import { RefundButton } from '../../../features/sell/refund-button.tsx';
import { SellerLiveRefresh } from '../../../features/sell/seller-live-refresh.tsx';
import { TicketTable } from '../../../features/sell/ticket-table.tsx';
import { formatMoney } from '../../../lib/money.ts';
import type { Ticket } from '../../../lib/types.ts';
import { tryRead, listOwnTickets } from '../../../server/api.ts';
import { currentDate } from '../../../server/clock.ts';
import { requireUser } from '../../../server/session.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { LoadFailed } from '../../../ui/load-failed.tsx';
import { LocalTime } from '../../../ui/local-time.tsx';

export const metadata: Metadata = { title: 'Your sales', robots: { index: false } };

export default async function SalesPage({ searchParams }: PageProps<'/sell/sales'>) {
  const { currency } = await searchParams;
  const result = await tryRead(
    requireUser('/sell/sales').then(async (user) => ({ user, tickets: await listOwnTickets() })),
  );
  if (!result.ok) {
    return (
      <main id="main" tabIndex={-1} className="wrap">
        <div className="section stack">
          <h1>Your sales</h1>
          <LoadFailed title="Your sales did not load" error={result.error} />
        </div>
      </main>
    );
  }
  const { user, tickets } = result.value;
  const now = currentDate();
  const sold = tickets
    .filter(({ status }) => status === 'sold')
    .sort((a, b) => (b.soldAt ?? '').localeCompare(a.soldAt ?? ''));
  return (
    <main id="main" tabIndex={-1} className="wrap">
      <SellerLiveRefresh sellerId={user.id} soldIds={sold.map(({ id }) => id)} />
      <p className="crumb">
        <Link href="/sell" prefetch={false}>
          <Icon name="back" /> Your listings
        </Link>
      </p>
      <h1 className="gap-b">Your sales</h1>
      {sold.length === 0 ? (
        <EmptyState title="Nothing sold yet">
          <p>Your sales appear here as soon as buyers pay.</p>
          <Link className="btn btn--main" href="/sell" prefetch={false}>
            See your listings
          </Link>
        </EmptyState>
      ) : (
        <>
          <div className="dash">
            <Figures tickets={tickets} year={now.getUTCFullYear()} />
            <ChartPanel
              tickets={tickets}
              now={now}
              requestedCurrency={typeof currency === 'string' ? currency : undefined}
              path="/sell/sales"
            />
          </div>
          <h2 className="gap-b">Sold tickets</h2>
          <SalesTable sold={sold} />
        </>
      )}
      <div className="section" />
    </main>
  );
}

function SalesTable({ sold }: { sold: Ticket[] }) {
  return (
    <TicketTable
      caption="Sold tickets"
      columns={[{ name: 'Sold' }, { name: 'Order' }, { name: 'Buyer paid', isNumber: true }]}
      tickets={sold}
      title={({ title }) => title}
      cells={({ id, title, price, currency, soldAt, orderId, secret }) => (
        <>
          <td data-l="Sold">{soldAt && <LocalTime iso={soldAt} withDay />}</td>
          <td data-l="Order">
            <span className="ref">{orderId?.slice(-8) ?? ''}</span>
          </td>
          <td className="r" data-l="Buyer paid">
            {formatMoney(price, currency)}
          </td>
          <td className="r">
            <Link
              className="btn btn--quiet"
              href={`/sell/${id}`}
              prefetch={false}
              aria-label={`${secret ? 'Change' : 'Add'} the entry code of ${title}`}
            >
              Entry code
            </Link>
            {orderId && (
              <RefundButton orderId={orderId} title={title} amount={formatMoney(price, currency)} />
            )}
          </td>
        </>
      )}
    />
  );
}
