import type { Result } from './run-seed.ts';

const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);

/** The result of one seed in one line, followed by its violations. */
export function formatSummary({
  seed,
  faults,
  calls,
  orders,
  purchases,
  duplicates,
  quiescentMs,
  violations,
}: Result): string {
  const quiescent = `quiescent after ${(quiescentMs / 1000).toFixed(1)} s`;
  const details = violations.map(({ invariant, text }) => `\n    ${invariant} ${text}`).slice(0, 20);
  return (
    `seed ${seed}: ${faults.length} faults, ${sum(Object.values(calls))} calls (${calls.unknown} unknown), ` +
    `${orders} reservations, ${purchases} purchases, ${duplicates} duplicates, ${quiescent}, ${violations.length} violations${details.join('')}`
  );
}

/** The whole run as a Markdown table. `crashed` lists the crash points that were reached. */
export function formatTable(results: Result[], crashed: string[]): string {
  const total = (of: (result: Result) => number) => sum(results.map(of)).toLocaleString('en');
  const seconds = results.map(({ quiescentMs }) => quiescentMs / 1000).sort((a, b) => a - b);
  const kinds = countNames(results.flatMap(({ faults }) => faults.map(({ fault }) => fault)));
  const points = countNames(crashed);
  const seeds = results.map(({ seed }) => seed);
  const rows: [string, string][] = [
    ['seeds', `${results.length} (${seeds[0]} … ${seeds.at(-1)})`],
    [
      'calls: ok / rejected / unknown outcome',
      ['ok', 'fail', 'unknown'].map((one) => total(({ calls }) => calls[one as 'ok'])).join(' / '),
    ],
    ['reservations', total(({ orders }) => orders)],
    ['purchases', total(({ purchases }) => purchases)],
    ['events received by the audit group', total(({ events }) => events)],
    ['of these delivered more than once', total(({ duplicates }) => duplicates)],
    [
      'quiescent after the last fault: median / longest',
      `${(seconds[seconds.length >> 1] ?? 0).toFixed(1)} s / ${(seconds.at(-1) ?? 0).toFixed(1)} s`,
    ],
    ['faults', total(({ faults }) => faults.length)],
    ...[...kinds].map(([kind, times]): [string, string] => [`  ${kind}`, String(times)]),
    ...[...points].map(([point, times]): [string, string] => [`  reached: ${point}`, String(times)]),
    ['violations', total(({ violations }) => violations.length)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    '| what | measured |',
    '| --- | --- |',
    ...rows.map(([name, value]) => `| ${name.padEnd(width)} | ${value} |`),
  ].join('\n');
}

function countNames(names: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names.sort()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
