import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSystem } from '../../infra/local/src/system.ts';
import { createPatchedCopy } from '../faults/patched-copy.ts';
import { median } from './load.ts';
import type { Round } from './measure.ts';
import { measureOnce } from './measure.ts';
import type { Optimization } from './optimizations.ts';
import { alignColumns, formatNumber } from './report.ts';
import type { Scenario } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';
import type { World } from './world.ts';
import { createWorld } from './world.ts';

/** Milliseconds: CPU of the services and of all processes for each good answer, and the median latency. */
type Cost = { servicesCpu: number; totalCpu: number; p50: number };
type Spread = { min: number; median: number; max: number };

/** What an optimization saves in one scenario. `saved` is the share of the cost without it, from -∞ to 1. */
export type Comparison = {
  optimization: string;
  scenario: string;
  pairs: number;
  with: Cost;
  without: Cost;
  saved: Record<keyof Cost, Spread>;
};

type Options = { pairs: number; quick: boolean; log: (line: string) => void };
type Side = { world: World; round: Round };

/**
 * Runs the services as they are and a patched copy without the optimization, both at the same time, and sends the load
 * to one and to the other in turn. A slow moment of the machine then affects both rounds of a pair, and each pair gives
 * one saving. The order alternates, so that neither side is always the second.
 */
export async function compareWithout(
  { name, scenarios: names }: Optimization,
  options: Options,
): Promise<Comparison[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const copy = createPatchedCopy();
  const systems = [];
  const comparisons: Comparison[] = [];
  try {
    copy.apply(join(import.meta.dirname, 'without', `${name}.patch`));
    for (const start of [startSystem, await copy.importStart()])
      systems.push(
        await start({ folder: join(folder, String(systems.length)), client: false, limits: 'off' }),
      );
    const worlds = await Promise.all(
      systems.map((system) => createWorld({ system, quick: options.quick, rounds: options.pairs })),
    );
    for (const scenario of scenarios.filter((one) => names.includes(one.name)))
      comparisons.push(await compare(name, scenario, worlds, options));
    await Promise.all(worlds.map((world) => world.close()));
  } finally {
    await Promise.all(systems.map((system) => system.stop()));
    copy.remove();
    rmSync(folder, { recursive: true, force: true });
  }
  return comparisons;
}

async function compare(
  optimization: string,
  scenario: Scenario,
  worlds: World[],
  { pairs, log }: Options,
): Promise<Comparison> {
  const sides: Side[] = [];
  for (const world of worlds) sides.push({ world, round: await scenario.prepare(world) });
  await warmUpInTurn(scenario, sides);
  const costs: [Cost[], Cost[]] = [[], []];
  for (let pair = 0; pair < pairs; pair++)
    for (const side of pair % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const))
      costs[side].push(await measureCost(sides[side] as Side));
  const [withIt, without] = costs;
  const saved = (field: keyof Cost) =>
    spread(withIt.map((cost, pair) => 1 - cost[field] / (without[pair]?.[field] ?? NaN)));
  const comparison: Comparison = {
    optimization,
    scenario: scenario.name,
    pairs,
    with: medianCost(withIt),
    without: medianCost(without),
    saved: { servicesCpu: saved('servicesCpu'), totalCpu: saved('totalCpu'), p50: saved('p50') },
  };
  log(
    `  ${scenario.name}: CPU ${formatSaved(comparison.saved.servicesCpu)}, p50 ${formatSaved(comparison.saved.p50)}`,
  );
  return comparison;
}

const WARM_UP_PARTS = 10;

/**
 * A side that warms up at once and then waits for the other takes more CPU in the rounds that follow: about 16 % in `buy`
 * (docs/performance-log.md).
 */
async function warmUpInTurn({ warmUp }: Scenario, sides: Side[]): Promise<void> {
  for (let part = 0; part < (warmUp ? WARM_UP_PARTS : 1); part++)
    for (const { world, round } of sides) await round(warmUp && warmUp(world) / WARM_UP_PARTS);
  await Promise.all(sides.map(({ world }) => world.waitUntilQuiescent()));
}

async function measureCost({ world, round }: Side): Promise<Cost> {
  const { cpu, cpuBy, p50 } = await measureOnce(world, round);
  return { servicesCpu: cpu, totalCpu: Object.values(cpuBy).reduce((sum, ms) => sum + ms, 0), p50 };
}

function spread(values: number[]): Spread {
  return { min: Math.min(...values), median: median(values), max: Math.max(...values) };
}

function medianCost(costs: Cost[]): Cost {
  const of = (field: keyof Cost) => median(costs.map((cost) => cost[field]));
  return { servicesCpu: of('servicesCpu'), totalCpu: of('totalCpu'), p50: of('p50') };
}

/** One line for each optimization and scenario. CPU in milliseconds per good answer. */
export function formatComparisons(comparisons: Comparison[]): string {
  const change = (comparison: Comparison, field: keyof Cost) => [
    `${formatNumber(comparison.without[field])} → ${formatNumber(comparison.with[field])}`,
    formatSaved(comparison.saved[field]),
  ];
  const rows = comparisons.map((comparison) => [
    comparison.optimization,
    comparison.scenario,
    ...change(comparison, 'servicesCpu'),
    ...change(comparison, 'totalCpu'),
    ...change(comparison, 'p50'),
  ]);
  const columns = [
    'optimization',
    'scenario',
    'CPU of services',
    'saved',
    'CPU of all',
    'saved',
    'p50 ms',
    'saved',
  ];
  return alignColumns([columns, ...rows]);
}

function formatSaved({ min, median: middle, max }: Spread): string {
  const percent = (share: number) => (share * 100).toFixed(0);
  return `${percent(middle)} % (${percent(min)} to ${percent(max)})`;
}
