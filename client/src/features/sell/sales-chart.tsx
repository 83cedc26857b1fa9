import { chartMoney, money } from '../../lib/money.ts';
import { niceStep, STEPS, type Month } from './sales.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const LEFT = 72;
const WIDTH = 720;
const BASE = 268;
const HEIGHT = 242;
const BAR = 36;

type Props = { months: Month[]; currency: string; year: number };

/** Bars in one ink; the running month is hatched. Every figure is in the table below as well. */
export function SalesChart({ months, currency, year }: Props) {
  const best = Math.max(...months.map(({ amount }) => amount));
  const step = niceStep(best);
  const y = (amount: number) => BASE - (amount / (step * STEPS)) * HEIGHT;
  const slot = (WIDTH - LEFT) / Math.max(months.length, 6);
  const x = (index: number) => LEFT + slot * (index + 0.5);
  const bar = Math.min(BAR, slot * 0.7);
  const now = months.length - 1;
  return (
    <>
      <svg viewBox="0 0 720 310" role="img" aria-labelledby="chart-title chart-text">
        <title id="chart-title">{`Sales in ${currency.toUpperCase()} by month, ${year}`}</title>
        <desc id="chart-text">
          {`Best month ${MONTHS[months.findIndex(({ amount }) => amount === best)] ?? ''} with ${money(best, currency)}. Every figure is in the table below.`}
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
        {Array.from({ length: STEPS + 1 }, (_, index) => (
          <g key={index}>
            <path className={index === 0 ? 'base' : 'grid-line'} d={`M${LEFT} ${y(index * step)}H${WIDTH}`} />
            <text x={LEFT - 8} y={y(index * step) + 4} textAnchor="end">
              {index === 0 ? '0' : chartMoney(index * step, currency)}
            </text>
          </g>
        ))}
        {months.map(({ month, amount }, index) => (
          <g key={month}>
            {amount > 0 && (
              <path
                className={index === now ? 'bar bar--now' : 'bar'}
                fill={index === now ? 'url(#chart-hatch)' : undefined}
                d={`M${x(index) - bar / 2} ${BASE}V${Math.min(BASE, y(amount) + 5)}q0 -5 5 -5h${bar - 10}q5 0 5 5V${BASE}z`}
              />
            )}
            {amount > 0 && (amount === best || index === now) && (
              <text className="val" x={x(index)} y={y(amount) - 8} textAnchor="middle">
                {chartMoney(amount, currency)}
              </text>
            )}
            <text
              className={index % 2 === now % 2 ? undefined : 'alt'}
              x={x(index)}
              y="296"
              textAnchor="middle"
            >
              {MONTHS[month]}
            </text>
          </g>
        ))}
      </svg>
      <p className="small keyline">
        <span className="key key--over" /> {MONTHS[months[now]?.month ?? 0]} so far
      </p>
      <details>
        <summary>Show as table</summary>
        <div className="tablebox" tabIndex={0} role="region" aria-label="Sales by month, table">
          <table className="table">
            <caption className="vh">{`Sales in ${currency.toUpperCase()} by month, ${year}`}</caption>
            <thead>
              <tr>
                <th scope="col">Month</th>
                <th scope="col" className="r">
                  Tickets
                </th>
                <th scope="col" className="r">
                  Sales
                </th>
              </tr>
            </thead>
            <tbody>
              {months.map(({ month, tickets, amount }) => (
                <tr key={month}>
                  <th scope="row">{`${MONTHS[month]} ${year}`}</th>
                  <td className="r">{tickets}</td>
                  <td className="r">{money(amount, currency)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  );
}
