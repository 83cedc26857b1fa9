import { Link } from '../../ui/link.tsx';
import type { Ticket } from '../../lib/types.ts';
import { currenciesOf, figuresOf, salesByMonth } from './sales.ts';
import { SalesChart } from './sales-chart.tsx';
import { useTranslate } from '#use-translate';

export function Figures({ tickets, year }: { tickets: Ticket[]; year: number }) {
  const t = useTranslate();
  const { soldCount, listedCount, totals, available, reserved, medianDifference } = figuresOf(
    t,
    tickets,
    year,
  );
  const [main, ...others] = totals;
  return (
    <dl className="kpis">
      <div>
        <dt>{t('Sold in {year}', { year })}</dt>
        <dd>{soldCount}</dd>
        <dd>{t('of {count, plural, one {# ticket} other {# tickets}} listed', { count: listedCount })}</dd>
      </div>
      <div>
        <dt>{t('Paid by buyers in {year}', { year })}</dt>
        <dd>{main ?? t('Nothing yet')}</dd>
        <dd>
          {[others.length > 0 && t('and {amounts}', { amounts: others.join(', ') }), t('not paid out yet')]
            .filter(Boolean)
            .join('; ')}
        </dd>
      </div>
      <div>
        <dt>{t('For sale now')}</dt>
        <dd>{available}</dd>
        <dd>{reserved === 0 ? t('none reserved') : t('{count} more reserved', { count: reserved })}</dd>
      </div>
      <div>
        <dt>{t('Median sale')}</dt>
        <dd>{medianDifference ?? t('No data yet')}</dd>
        <dd>
          {medianDifference ? t('compared with face value') : t('shown after a sale with a face value')}
        </dd>
      </div>
    </dl>
  );
}

type ChartPanelProps = { tickets: Ticket[]; now: Date; requestedCurrency: string | undefined; path: string };

export function ChartPanel({ tickets, now, requestedCurrency, path }: ChartPanelProps) {
  const t = useTranslate();
  const year = now.getUTCFullYear();
  const currencies = currenciesOf(tickets, year);
  const currency = currencies.find((name) => name === requestedCurrency) ?? currencies[0];
  return (
    <section aria-labelledby="chart">
      <div className="panel chart">
        <div className="row row--apart gap-b">
          <h2 id="chart">{t('Sales by month')}</h2>
          {currencies.length > 1 && (
            <nav className="row" aria-label={t('Currency of the chart')}>
              {currencies.map((name) => (
                <Link
                  key={name}
                  className="chip"
                  href={`${path}?currency=${name}`}
                  prefetch={false}
                  aria-current={name === currency ? 'true' : undefined}
                >
                  {name.toUpperCase()}
                </Link>
              ))}
            </nav>
          )}
        </div>
        {currency ? (
          <SalesChart months={salesByMonth(tickets, currency, now)} currency={currency} year={year} />
        ) : (
          <p className="meta">{t('Nothing sold in {year} yet.', { year })}</p>
        )}
      </div>
    </section>
  );
}
