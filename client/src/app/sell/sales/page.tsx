import type { Metadata } from 'next';
import Link from 'next/link';
import { ChartPanel, Figures } from '../../../features/sell/dashboard.tsx';
import { salesOf } from '../../../features/sell/sales.ts';
import { SalesTable } from '../../../features/sell/sales-table.tsx';
import { SellerLiveRefresh } from '../../../features/sell/seller-live-refresh.tsx';
import { tryRead, listOwnReturns, listOwnTickets } from '../../../server/api.ts';
import { currentDate } from '../../../server/clock.ts';
import { requireUser } from '../../../server/session.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { LoadFailed } from '../../../ui/load-failed.tsx';

export const metadata: Metadata = { title: 'Your sales', robots: { index: false } };

export default async function SalesPage({ searchParams }: PageProps<'/sell/sales'>) {
  const { currency } = await searchParams;
  const result = await tryRead(
    requireUser('/sell/sales').then(async (user) => {
      const [tickets, returns] = await Promise.all([listOwnTickets(), tryRead(listOwnReturns())]);
      return { user, tickets, returns };
    }),
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
  const { user, tickets, returns } = result.value;
  const now = currentDate();
  const known = returns.ok ? returns.value : [];
  const sales = salesOf(tickets, known);
  return (
    <main id="main" tabIndex={-1} className="wrap">
      <SellerLiveRefresh sellerId={user.id} soldIds={sales.map(({ id }) => id)} />
      <p className="crumb">
        <Link href="/sell" prefetch={false}>
          <Icon name="back" /> Your listings
        </Link>
      </p>
      <h1 className="gap-b">Your sales</h1>
      {sales.length === 0 ? (
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
          {!returns.ok && <LoadFailed title="Refunds and disputes did not load" error={returns.error} />}
          <SalesTable sales={sales} returns={known} />
        </>
      )}
      <div className="section" />
    </main>
  );
}
