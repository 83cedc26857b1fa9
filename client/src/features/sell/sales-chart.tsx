import { formatChartMoney, formatMoney } from '../../lib/money.ts';
import { niceStep, STEPS, type Month } from './sales.ts';
import { useTranslate } from '#use-translate';
import { messages } from '../../i18n/translate.ts';

const MONTHS = messages(['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']);
const LEFT = 72;
const WIDTH = 720;
const BASE = 268;
const HEIGHT = 242;
const BAR = 36;

type Props = { months: Month[]; currency: string; year: number };

/** Bars in one ink; the current month is hatched. The table below has every figure as well. */
export function SalesChart({ months, currency, year }: Props) {
  const t = useTranslate();
  const best = Math.max(...months.map(({ amount }) => amount));
  const bestMonth = t(MONTHS[months.findIndex(({ amount }) => amount === best)] ?? '');
  const currentMonth = t(MONTHS[months.at(-1)?.month ?? 0] ?? '');
  const title = t('Sales in {currency} by month, {year}', {
    currency: currency.toUpperCase(),
    year,
  });
  return (
    <>
      <svg viewBox="0 0 720 310" role="img" aria-labelledby="chart-title chart-text">
        <title id="chart-title">{title}</title>
        <desc id="chart-text">
          {t('Best month {month} with {amount}. Every figure is in the table below.', {
            month: bestMonth,
            amount: formatMoney(t, best, currency),
          })}
        </desc>
        <pattern
          id="chart-hatch"
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <path d="M1.5 0v6" />
        </pattern>
        <Axis best={best} currency={currency} />
        <Bars months={months} best={best} currency={currency} />
      </svg>
      <p className="small keyline">
        <span className="key key--over" /> {t('{month} so far', { month: currentMonth })}
      </p>
      <details>
        <summary>{t('Show as table')}</summary>
        <SalesByMonthTable title={title} months={months} currency={currency} year={year} />
      </details>
    </>
  );
}

/** The y coordinate of an amount, on an axis that holds the best month. */
function yOf(amount: number, best: number): number {
  return BASE - (amount / (niceStep(best) * STEPS)) * HEIGHT;
}

function Axis({ best, currency }: { best: number; currency: string }) {
  const t = useTranslate();
  const step = niceStep(best);
  return Array.from({ length: STEPS + 1 }, (_, index) => {
    const y = yOf(index * step, best);
    return (
      <g key={index}>
        <path className={index === 0 ? 'base' : 'grid-line'} d={`M${LEFT} ${y}H${WIDTH}`} />
        <text x={LEFT - 8} y={y + 4} textAnchor="end">
          {index === 0 ? '0' : formatChartMoney(t, index * step, currency)}
        </text>
      </g>
    );
  });
}

function Bars({ months, best, currency }: { months: Month[]; best: number; currency: string }) {
  const t = useTranslate();
  const slot = (WIDTH - LEFT) / Math.max(months.length, 6);
  const bar = Math.min(BAR, slot * 0.7);
  const current = months.length - 1;
  return months.map(({ month, amount }, index) => {
    const x = LEFT + slot * (index + 0.5);
    const y = yOf(amount, best);
    return (
      <g key={month}>
        {amount > 0 && (
          <path
            className={index === current ? 'bar bar--now' : 'bar'}
            fill={index === current ? 'url(#chart-hatch)' : undefined}
            d={`M${x - bar / 2} ${BASE}V${Math.min(BASE, y + 5)}q0 -5 5 -5h${bar - 10}q5 0 5 5V${BASE}z`}
          />
        )}
        {amount > 0 && (amount === best || index === current) && (
          <text className="val" x={x} y={y - 8} textAnchor="middle">
            {formatChartMoney(t, amount, currency)}
          </text>
        )}
        {/* On narrow screens every other month has no label. */}
        <text className={index % 2 === current % 2 ? undefined : 'alt'} x={x} y="296" textAnchor="middle">
          {t(MONTHS[month] ?? '')}
        </text>
      </g>
    );
  });
}

function SalesByMonthTable({ title, months, currency, year }: Props & { title: string }) {
  const t = useTranslate();
  return (
    <div className="tablebox" tabIndex={0} role="region" aria-label={t('Sales by month, table')}>
      <table className="table">
        <caption className="vh">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{t('Month')}</th>
            <th scope="col" className="r">
              {t('Tickets')}
            </th>
            <th scope="col" className="r">
              {t('Sales')}
            </th>
          </tr>
        </thead>
        <tbody>
          {months.map(({ month, tickets, amount }) => (
            <tr key={month}>
              <th scope="row">{`${t(MONTHS[month] ?? '')} ${year}`}</th>
              <td className="r">{tickets}</td>
              <td className="r">{formatMoney(t, amount, currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
