import type { Result } from './round.ts';

const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);

/** One seed in one line. */
export function summary({
  seed,
  faults,
  calls,
  orders,
  purchases,
  duplicates,
  quietMs,
  violations,
}: Result): string {
  const rest = `quiet after ${(quietMs / 1000).toFixed(1)} s`;
  const wrong = violations.map(({ invariant, text }) => `\n    ${invariant} ${text}`).slice(0, 20);
  return (
    `seed ${seed}: ${faults.length} faults, ${sum(Object.values(calls))} calls (${calls.unknown} unknown), ` +
    `${orders} reservations, ${purchases} purchases, ${duplicates} duplicates, ${rest}, ${violations.length} violations${wrong.join('')}`
  );
}

/** The whole run as a table in Markdown. `crashed`: the crash points that were reached. */
export function table(results: Result[], crashed: string[]): string {
  const total = (of: (result: Result) => number) => sum(results.map(of)).toLocaleString('en');
  const rest = results.map(({ quietMs }) => quietMs / 1000).sort((a, b) => a - b);
  const kinds = count(results.flatMap(({ faults }) => faults.map(({ fault }) => fault)));
  const points = count(crashed);
  const seeds = results.map(({ seed }) => seed);
  const rows: [string, string][] = [
    ['seeds', `${results.length} (${seeds[0]} … ${seeds.at(-1)})`],
    [
      'calls: ok / refused / unknown outcome',
      ['ok', 'fail', 'unknown'].map((one) => total(({ calls }) => calls[one as 'ok'])).join(' / '),
    ],
    ['reservations', total(({ orders }) => orders)],
    ['purchases', total(({ purchases }) => purchases)],
    ['events seen by the audit group', total(({ events }) => events)],
    ['of these delivered more than once', total(({ duplicates }) => duplicates)],
    [
      'quiet after the last fault: median / longest',
      `${(rest[rest.length >> 1] ?? 0).toFixed(1)} s / ${(rest.at(-1) ?? 0).toFixed(1)} s`,
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

function count(names: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names.sort()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
