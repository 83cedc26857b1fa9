import { median, percentile } from './load.ts';
import type { Load } from './load.ts';
import { difference } from './processes.ts';
import { services } from './world.ts';
import type { World } from './world.ts';

export type Round = () => Promise<Load>;

/** What one round showed. CPU is in milliseconds per good answer. */
export type Figures = {
  perSecond: number;
  p50: number;
  p95: number;
  p99: number;
  good: number;
  /** Answers by status, or by code where there was none. */
  answers: Record<string, number>;
  cpu: number;
  cpuBy: Record<string, number>;
  /** KiB that each service allocated per good answer, where that is watched. */
  allocatedBy: Record<string, number>;
};

/** The median round of several by CPU, and how far the rounds were apart. */
export type Measured = Figures & { rounds: number; cpuFrom: number; cpuTo: number };

/** Runs rounds one after the other; the CPU counts from the first request until all that follows from it is done. */
export async function measure(
  world: World,
  round: Round,
  rounds: number,
  counted: readonly string[] = services,
) {
  const all: Figures[] = [];
  for (let number = 0; number < rounds; number++) all.push(await measureOnce(world, round, counted));
  return summary(all);
}

async function measureOnce(world: World, round: Round, counted: readonly string[]): Promise<Figures> {
  const allocated = await world.allocated();
  const before = world.cpu();
  const { good, ms, answers, latencies } = await round();
  await world.settle();
  const used = difference(before, world.cpu());
  const grown = difference(allocated, await world.allocated());
  const each = (name: string) => (used[name] ?? 0) / Math.max(1, good);
  return {
    perSecond: good / (ms / 1000),
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    p99: percentile(latencies, 0.99),
    good,
    answers,
    cpu: counted.reduce((sum, name) => sum + each(name), 0),
    cpuBy: Object.fromEntries(
      Object.keys(used)
        .filter((name) => each(name) >= 0.001)
        .map((name) => [name, each(name)]),
    ),
    allocatedBy: Object.fromEntries(
      Object.entries(grown).map(([name, bytes]) => [name, bytes / 1024 / Math.max(1, good)]),
    ),
  };
}

function summary(all: Figures[]): Measured {
  const of = (field: 'perSecond' | 'p50' | 'p95' | 'p99' | 'cpu') =>
    median(all.map((figures) => figures[field]));
  const cpus = all.map(({ cpu }) => cpu);
  const middle = all.find(({ cpu }) => cpu === median(cpus)) ?? all[0];
  if (!middle) throw new Error('there was no round');
  return {
    ...middle,
    perSecond: of('perSecond'),
    p50: of('p50'),
    p95: of('p95'),
    p99: of('p99'),
    rounds: all.length,
    cpuFrom: Math.min(...cpus),
    cpuTo: Math.max(...cpus),
  };
}
