import { formatCounts } from './counts.ts';
import { FIRST_REQUESTS, measure, measureOnce } from './measure.ts';
import type { Result } from './report.ts';
import { formatNumber } from './report.ts';
import type { Experiment, Scenario } from './scenario.ts';
import type { World } from './world.ts';

type Log = (line: string) => void;

/** Runs all of them one after the other. A failure becomes part of its result and sets the exit code. */
export async function runAll(
  world: World,
  scenarios: Scenario[],
  experiments: Experiment[],
  log: Log,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const scenario of scenarios)
    results.push(await catchFailure(scenario, log, () => runScenario(world, scenario, log)));
  for (const experiment of experiments)
    results.push(await catchFailure(experiment, log, () => runExperiment(world, experiment, log)));
  return results;
}

async function runScenario(world: World, scenario: Scenario, log: Log): Promise<Result> {
  const { name, description, goals, counted, warmUp, prepare, floor, count } = scenario;
  const result: Result = { name, description, ...(goals && { goals }) };
  const round = await prepare(world);
  result.firstCpu = (await measureOnce(world, () => round(FIRST_REQUESTS), counted)).cpu;
  await round(warmUp?.(world));
  await world.waitUntilQuiescent();
  result.measured = await measure(world, round, world.rounds, counted);
  if (floor) {
    const floorRound = await floor(world);
    await floorRound();
    result.floor = await measure(world, floorRound, world.rounds, ['floor']);
  }
  if (count) result.counts = await count(world);
  const { cpu, perSecond, p50, p99, answers } = result.measured;
  log(
    `  ${formatNumber(cpu)} ms of CPU, ${perSecond.toFixed(0)}/s, p50 ${formatNumber(p50)} ms, p99 ${formatNumber(p99)} ms ` +
      `${JSON.stringify(answers)}${result.floor ? `, floor ${formatNumber(result.floor.cpu)} ms` : ''}`,
  );
  if (result.counts) log(`  each: ${formatCounts(result.counts)}`);
  return result;
}

async function runExperiment(
  world: World,
  { name, description, goals, run }: Experiment,
  log: Log,
): Promise<Result> {
  const figures = await run(world, (line) => log(`  ${line}`));
  return { name, description, figures, ...(goals && { figureGoals: goals }) };
}

async function catchFailure(
  { name, description }: { name: string; description: string },
  log: Log,
  run: () => Promise<Result>,
): Promise<Result> {
  log(`${name}: ${description}`);
  try {
    return await run();
  } catch (error) {
    process.exitCode = 1;
    log(`  failed: ${(error as Error).stack}`);
    return { name, description, failed: (error as Error).message };
  }
}
