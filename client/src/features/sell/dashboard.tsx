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
        <dt>Sold in {year}</dt>
        <dd>{soldCount}</dd>
        <dd>of {listedCount === 1 ? '1 ticket' : `${listedCount} tickets`} listed</dd>
      </div>
      <div>
        <dt>Paid by buyers in {year}</dt>
        <dd>{main ?? 'Nothing yet'}</dd>
        <dd>
          {[others.length > 0 && `and ${others.join(', ')}`, 'not paid out yet'].filter(Boolean).join('; ')}
        </dd>
      </div>
      <div>
        <dt>For sale now</dt>
        <dd>{available}</dd>
        <dd>{reserved === 0 ? 'none reserved' : `${reserved} more reserved`}</dd>
      </div>
      <div>
        <dt>Median sale</dt>
        <dd>{medianDifference ?? 'No data yet'}</dd>
        <dd>{medianDifference ? 'compared with face value' : 'shown after a sale with a face value'}</dd>
      </div>
    </dl>
  );
}

type ChartPanelProps = { tickets: Ticket[]; now: Date; requestedCurrency: string | undefined; path: string };

export function ChartPanel({ tickets, now, requestedCurrency, path }: ChartPanelProps) {
  const year = now.getUTCFullYear();
  const currencies = currenciesOf(tickets, year);
  const currency = currencies.find((name) => name === requestedCurrency) ?? currencies[0];
  return (
    <section aria-labelledby="chart">
      <div className="panel chart">
        <div className="row row--apart gap-b">
          <h2 id="chart">Sales by month</h2>
          {currencies.length > 1 && (
            <nav className="row" aria-label="Currency of the chart">
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
          <p className="meta">Nothing sold in {year} yet.</p>
        )}
      </div>
    </section>
  );
}
