import type { Counts } from './counts.ts';
import type { Measured } from './measure.ts';
import type { Goals } from './scenario.ts';

export type Result = {
  name: string;
  description: string;
  goals?: Goals;
  measured?: Measured;
  floor?: Measured;
  counts?: Counts;
  /** The figures of an experiment. */
  figures?: Record<string, number>;
  failed?: string;
};

/** The file that a run writes; `--against` compares a later run with it. */
export type Report = {
  at: string;
  commit: string;
  machine: { cores: number; cpu: string; node: string };
  /** The load average of one minute before and after the run; above about 1 the machine was not idle before. */
  loadBefore: number;
  loadAfter: number;
  quick: boolean;
  results: Result[];
  memory: Record<string, { now: number; peak: number }>;
};

const columns = [
  'scenario',
  'CPU ms',
  'spread',
  'goal',
  'floor',
  '× floor',
  'per s',
  'p50',
  'p95',
  'p99',
  'answers',
];

export function formatTable(results: Result[]): string {
  const rows = results.flatMap((result) => (result.measured ? [formatRow(result, result.measured)] : []));
  return alignColumns([columns, ...rows]);
}

function formatRow({ name, goals, floor }: Result, measured: Measured): string[] {
  const { cpu, cpuFrom, cpuTo, perSecond, p50, p95, p99, answers } = measured;
  return [
    name,
    formatNumber(cpu) + checkMark(cpu, goals?.cpu),
    `${formatNumber(cpuFrom)}–${formatNumber(cpuTo)}`,
    goals?.cpu === undefined ? '' : `≤ ${goals.cpu}`,
    floor ? formatNumber(floor.cpu) : '',
    floor && floor.cpu > 0 ? (cpu / floor.cpu).toFixed(1) : '',
    perSecond.toFixed(0),
    formatNumber(p50) + checkMark(p50, goals?.p50),
    formatNumber(p95),
    formatNumber(p99) + checkMark(p99, goals?.p99),
    Object.entries(answers)
      .map(([status, count]) => `${count}× ${status}`)
      .join(' '),
  ];
}

function checkMark(value: number, goal: number | undefined): string {
  if (goal === undefined) return '';
  return value <= goal ? ' ✓' : ' ✗';
}

/** CPU milliseconds by process, for each scenario. */
export function formatCpuByProcess(results: Result[]): string {
  return formatShares(results, ({ cpuBy }) => cpuBy);
}

/** KiB allocated by service, for each scenario. */
export function formatAllocation(results: Result[]): string {
  return formatShares(results, ({ allocatedBy }) => allocatedBy);
}

function formatShares(results: Result[], of: (measured: Measured) => Record<string, number>): string {
  const rows = results.flatMap(({ name, measured }) => {
    if (!measured) return [];
    const sorted = Object.entries(of(measured)).sort(([, a], [, b]) => b - a);
    return [[name, sorted.map(([process, amount]) => `${process} ${formatNumber(amount)}`).join('  ')]];
  });
  return alignColumns(rows);
}

/** The figures of an earlier run and of this one, with the change in percent. */
export function formatChanges(now: Report, before: Report): string {
  const rows = now.results.flatMap(({ name, measured }) => {
    const old = before.results.find((result) => result.name === name)?.measured;
    if (!measured || !old) return [];
    const change = (field: 'cpu' | 'perSecond' | 'p50' | 'p99') =>
      `${formatNumber(old[field])} → ${formatNumber(measured[field])} (${formatPercent(old[field], measured[field])})`;
    return [[name, change('cpu'), change('perSecond'), change('p50'), change('p99')]];
  });
  return alignColumns([['scenario', 'CPU ms', 'per s', 'p50', 'p99'], ...rows]);
}

function formatPercent(before: number, after: number): string {
  const change = (after / before - 1) * 100;
  return `${change > 0 ? '+' : ''}${change.toFixed(0)} %`;
}

export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return '–';
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3);
}

export function alignColumns(rows: string[][]): string {
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? [];
  return rows
    .map((cells) =>
      cells
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
