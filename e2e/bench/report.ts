import type { Measured } from './measure.ts';
import type { Goals } from './scenario.ts';

export type Result = {
  name: string;
  what: string;
  goals?: Goals;
  measured?: Measured;
  floor?: Measured;
  /** What an experiment found. */
  figures?: Record<string, number>;
  failed?: string;
};

/** What a run leaves behind, for a later one to be held against. */
export type Report = {
  at: string;
  commit: string;
  machine: { cores: number; cpu: string; node: string };
  /** Processes that wanted a core, over the last minute, before the run and after: more than a few is not idle. */
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

export function table(results: Result[]): string {
  const rows = results.flatMap((result) => (result.measured ? [row(result, result.measured)] : []));
  return aligned([columns, ...rows]);
}

function row({ name, goals, floor }: Result, measured: Measured): string[] {
  const { cpu, cpuFrom, cpuTo, perSecond, p50, p95, p99, answers } = measured;
  return [
    name,
    short(cpu) + mark(cpu, goals?.cpu),
    `${short(cpuFrom)}–${short(cpuTo)}`,
    goals?.cpu === undefined ? '' : `≤ ${goals.cpu}`,
    floor ? short(floor.cpu) : '',
    floor && floor.cpu > 0 ? (cpu / floor.cpu).toFixed(1) : '',
    perSecond.toFixed(0),
    short(p50) + mark(p50, goals?.p50),
    short(p95),
    short(p99) + mark(p99, goals?.p99),
    Object.entries(answers)
      .map(([status, count]) => `${count}× ${status}`)
      .join(' '),
  ];
}

function mark(value: number, goal: number | undefined): string {
  if (goal === undefined) return '';
  return value <= goal ? ' ✓' : ' ✗';
}

/** Where the CPU of each scenario went, by process. */
export function byProcess(results: Result[]): string {
  return shares(results, ({ cpuBy }) => cpuBy);
}

/** What each scenario made the services allocate. */
export function allocation(results: Result[]): string {
  return shares(results, ({ allocatedBy }) => allocatedBy);
}

function shares(results: Result[], of: (measured: Measured) => Record<string, number>): string {
  const rows = results.flatMap(({ name, measured }) => {
    if (!measured) return [];
    const sorted = Object.entries(of(measured)).sort(([, a], [, b]) => b - a);
    return [[name, sorted.map(([process, amount]) => `${process} ${short(amount)}`).join('  ')]];
  });
  return aligned(rows);
}

/** Each figure beside that of an earlier run, and by how much it changed. */
export function comparison(now: Report, before: Report): string {
  const rows = now.results.flatMap(({ name, measured }) => {
    const old = before.results.find((result) => result.name === name)?.measured;
    if (!measured || !old) return [];
    const change = (field: 'cpu' | 'perSecond' | 'p50' | 'p99') =>
      `${short(old[field])} → ${short(measured[field])} (${percent(old[field], measured[field])})`;
    return [[name, change('cpu'), change('perSecond'), change('p50'), change('p99')]];
  });
  return aligned([['scenario', 'CPU ms', 'per s', 'p50', 'p99'], ...rows]);
}

function percent(before: number, after: number): string {
  const change = (after / before - 1) * 100;
  return `${change > 0 ? '+' : ''}${change.toFixed(0)} %`;
}

export function short(value: number): string {
  if (Number.isNaN(value)) return '–';
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3);
}

function aligned(rows: string[][]): string {
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
