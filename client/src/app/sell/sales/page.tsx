import { pageMetadata } from '../../../i18n/page-metadata.ts';
import { Link } from '../../../ui/link.tsx';
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
import { getTranslate } from '../../../i18n/server.ts';

export const generateMetadata = pageMetadata('Your sales', { robots: { index: false } });

export default async function SalesPage({ searchParams }: PageProps<'/sell/sales'>) {
  const t = await getTranslate();
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
          <h1>{t('Your sales')}</h1>
          <LoadFailed title={t('Your sales did not load')} error={result.error} />
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
          <Icon name="back" /> {t('Your listings')}
        </Link>
      </p>
      <h1 className="gap-b">{t('Your sales')}</h1>
      {sales.length === 0 ? (
        <EmptyState title={t('Nothing sold yet')}>
          <p>{t('Your sales appear here as soon as buyers pay.')}</p>
          <Link className="btn btn--main" href="/sell" prefetch={false}>
            {t('See your listings')}
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
          <h2 className="gap-b">{t('Sold tickets')}</h2>
          {!returns.ok && <LoadFailed title={t('Refunds and disputes did not load')} error={returns.error} />}
          <SalesTable sales={sales} returns={known} />
        </>
      )}
      <div className="section" />
    </main>
  );
}
