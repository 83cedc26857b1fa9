import { SKIPPED } from './injectors/fault-context.ts';
import type { Result } from './run-seed.ts';

const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);

const injected = ({ faults }: Result) => faults.filter(({ on }) => on !== SKIPPED);
const skipped = ({ faults }: Result) => faults.filter(({ on }) => on === SKIPPED);

/** The result of one seed in one line, followed by its violations. */
export function formatSummary(result: Result): string {
  const { seed, calls, orders, purchases, duplicates, quiescentMs, violations } = result;
  const quiet = `quiet after ${(quiescentMs / 1000).toFixed(1)} s`;
  const details = violations.map(({ invariant, text }) => `\n    ${invariant} ${text}`).slice(0, 20);
  return (
    `seed ${seed}: ${injected(result).length} faults, ${sum(Object.values(calls))} calls (${calls.unknown} unknown), ` +
    `${orders} reservations, ${purchases} purchases, ${duplicates} duplicates, ${quiet}, ${violations.length} violations${details.join('')}`
  );
}

/** The whole run as a Markdown table. `crashed` lists the crash points that were reached, `<process> <point>`. */
export function formatTable(results: Result[], crashed: string[]): string {
  const total = (of: (result: Result) => number) => sum(results.map(of)).toLocaleString('en');
  const seconds = results.map(({ quiescentMs }) => quiescentMs / 1000).sort((a, b) => a - b);
  const kinds = results.flatMap(injected).map(({ fault }) => fault);
  const impossible = results.flatMap(skipped).map(({ fault }) => fault);
  const points = crashed.map((line) => line.split(' ')[1] ?? '');
  const seeds = results.map(({ seed }) => seed);
  const rows: [string, string][] = [
    ['seeds', `${results.length} (${seeds[0]} … ${seeds.at(-1)})`],
    [
      'calls: ok / refused / unknown outcome',
      ['ok', 'fail', 'unknown'].map((one) => total(({ calls }) => calls[one as 'ok'])).join(' / '),
    ],
    ['reservations', total(({ orders }) => orders)],
    ['purchases', total(({ purchases }) => purchases)],
    ['events seen by the recording consumer', total(({ events }) => events)],
    ['of these delivered more than once', total(({ duplicates }) => duplicates)],
    [
      'quiet after the last fault: median / longest',
      `${(seconds[seconds.length >> 1] ?? 0).toFixed(1)} s / ${(seconds.at(-1) ?? 0).toFixed(1)} s`,
    ],
    ['faults', total((result) => injected(result).length)],
    ...countEach(kinds, '  '),
    ...countEach(impossible, '  skipped, not possible here: '),
    ...countEach(points, '  crash point reached: '),
    ['violations', total(({ violations }) => violations.length)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    '| what | measured |',
    '| --- | --- |',
    ...rows.map(([name, value]) => `| ${name.padEnd(width)} | ${value} |`),
  ].join('\n');
}

/** @returns a row for each different name, in order, with how often it occurs. */
function countEach(names: string[], prefix: string): [string, string][] {
  const counts = new Map<string, number>();
  for (const name of names.sort()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, times]) => [prefix + name, String(times)]);
}
