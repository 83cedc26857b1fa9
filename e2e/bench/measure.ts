import type { Load } from './load.ts';
import { median, percentile } from './load.ts';
import { difference } from './processes.ts';
import type { World } from './world.ts';
import { services } from './world.ts';

/** The compiler has seen little of the code in so many requests: their CPU is that of a start, of a deployment or of a test. */
export const FIRST_REQUESTS = 200;

/** Sends `total` requests, by default as many as a round has. */
export type Round = (total?: number) => Promise<Load>;

/** The figures of one round. CPU is in milliseconds per good answer. */
export type Figures = {
  perSecond: number;
  p50: number;
  p95: number;
  p99: number;
  good: number;
  /** The number of answers by status, or by error code where there was no answer. */
  answers: Record<string, number>;
  cpu: number;
  cpuBy: Record<string, number>;
  /** Write calls of the five services, and the KiB that they wrote, for each good answer. */
  writes: number;
  kibWritten: number;
  /** KiB that each service allocated per good answer; empty without `--allocation`. */
  allocatedBy: Record<string, number>;
};

/** The median of several rounds, with the lowest and the highest CPU. */
export type Measured = Figures & { rounds: number; cpuFrom: number; cpuTo: number };

/** Runs rounds one after the other. CPU counts from the first request until all its events are handled. */
export async function measure(
  world: World,
  round: Round,
  rounds: number,
  counted: readonly string[] = services,
) {
  const figures: Figures[] = [];
  for (let number = 0; number < rounds; number++) figures.push(await measureOnce(world, round, counted));
  return summarize(figures);
}

export async function measureOnce(
  world: World,
  round: Round,
  counted: readonly string[] = services,
): Promise<Figures> {
  const allocatedBefore = await world.readAllocated();
  const writesBefore = world.readWrites();
  const before = world.readCpu();
  const { good, ms, answers, latencies } = await round();
  await world.waitUntilQuiescent();
  const cpuUsed = difference(before, world.readCpu());
  const allocated = difference(allocatedBefore, await world.readAllocated());
  const writesAfter = world.readWrites();
  const writtenPerAnswer = (what: 'calls' | 'bytes') => {
    const written = difference(writesBefore[what], writesAfter[what]);
    return services.reduce((sum, name) => sum + (written[name] ?? 0), 0) / Math.max(1, good);
  };
  const cpuPerAnswer = (name: string) => (cpuUsed[name] ?? 0) / Math.max(1, good);
  return {
    perSecond: good / (ms / 1000),
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    p99: percentile(latencies, 0.99),
    good,
    answers,
    cpu: counted.reduce((sum, name) => sum + cpuPerAnswer(name), 0),
    cpuBy: Object.fromEntries(
      Object.keys(cpuUsed)
        .filter((name) => cpuPerAnswer(name) >= 0.001)
        .map((name) => [name, cpuPerAnswer(name)]),
    ),
    writes: writtenPerAnswer('calls'),
    kibWritten: writtenPerAnswer('bytes') / 1024,
    allocatedBy: Object.fromEntries(
      Object.entries(allocated).map(([name, bytes]) => [name, bytes / 1024 / Math.max(1, good)]),
    ),
  };
}

function summarize(figures: Figures[]): Measured {
  const medianOf = (field: 'perSecond' | 'p50' | 'p95' | 'p99' | 'cpu') =>
    median(figures.map((round) => round[field]));
  const cpus = figures.map(({ cpu }) => cpu);
  const middle = figures.find(({ cpu }) => cpu === median(cpus)) ?? figures[0];
  if (!middle) throw new Error('There is no round to summarize');
  return {
    ...middle,
    perSecond: medianOf('perSecond'),
    p50: medianOf('p50'),
    p95: medianOf('p95'),
    p99: medianOf('p99'),
    rounds: figures.length,
    cpuFrom: Math.min(...cpus),
    cpuTo: Math.max(...cpus),
  };
}
