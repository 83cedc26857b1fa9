import type { Counts } from './counts.ts';
import type { Measured } from './measure.ts';
import type { Goals } from './scenario.ts';
import { services } from './world.ts';

export type Result = {
  name: string;
  description: string;
  goals?: Goals;
  /** CPU milliseconds for each of the first 200 good answers, before the warm-up. */
  firstCpu?: number;
  measured?: Measured;
  floor?: Measured;
  counts?: Counts;
  /** The figures of an experiment. */
  figures?: Record<string, number>;
  figureGoals?: Record<string, number>;
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

const MAX_MIB = 120;
const memoryGoals: Record<string, number> = Object.fromEntries(services.map((name) => [name, MAX_MIB]));

const columns = [
  'scenario',
  'CPU ms',
  'spread',
  'first 200',
  'floor',
  '× floor',
  'per s',
  'p50',
  'p95',
  'p99',
  'goal',
  'writes',
  'KiB written',
  'KiB allocated',
  'answers',
];

export function formatTable(results: Result[]): string {
  const rows = results.flatMap((result) => (result.measured ? [formatRow(result, result.measured)] : []));
  return alignColumns([columns, ...rows]);
}

function formatRow({ name, goals, firstCpu = NaN, floor }: Result, measured: Measured): string[] {
  const { cpu, cpuFrom, cpuTo, perSecond, p50, p95, p99, writes, kibWritten, allocatedBy, answers } =
    measured;
  const allocated = Object.values(allocatedBy);
  return [
    name,
    formatNumber(cpu) + checkMark(cpu, goals?.cpu),
    `${formatNumber(cpuFrom)}–${formatNumber(cpuTo)}`,
    formatNumber(firstCpu),
    floor ? formatNumber(floor.cpu) : '',
    floor && floor.cpu > 0 ? (cpu / floor.cpu).toFixed(1) : '',
    perSecond.toFixed(0) + checkMark(-perSecond, goals?.perSecond && -goals.perSecond),
    formatNumber(p50) + checkMark(p50, goals?.p50),
    formatNumber(p95),
    formatNumber(p99) + checkMark(p99, goals?.p99),
    formatGoals(goals),
    formatNumber(writes),
    formatNumber(kibWritten),
    allocated.length > 0 ? formatNumber(allocated.reduce((sum, kib) => sum + kib, 0)) : '',
    Object.entries(answers)
      .map(([status, count]) => `${count}× ${status}`)
      .join(' '),
  ];
}

function formatGoals({ cpu, perSecond, p50, p99 }: Goals = {}): string {
  return [
    cpu !== undefined && `CPU ≤ ${cpu}`,
    perSecond !== undefined && `≥ ${perSecond}/s`,
    p50 !== undefined && `p50 ≤ ${p50}`,
    p99 !== undefined && `p99 ≤ ${p99}`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** The figures of the experiments and the memory of the services at the end, with their goals. */
export function formatFigures({ results, memory }: Pick<Report, 'results' | 'memory'>): string {
  const rows = results.flatMap(({ name, figures = {}, figureGoals = {} }) =>
    Object.entries(figures).map(([figure, value]) =>
      formatFigure([name, figure], value, figureGoals[figure]),
    ),
  );
  for (const [name, { now, peak }] of Object.entries(memory))
    rows.push(formatFigure(['MiB at the end (peak)', `${name} (${peak})`], now, memoryGoals[name]));
  return alignColumns([['experiment', 'figure', 'value', 'goal'], ...rows]);
}

function formatFigure(names: string[], value: number, goal: number | undefined): string[] {
  return [...names, formatNumber(value) + checkMark(value, goal), goal === undefined ? '' : `≤ ${goal}`];
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
