/**
 * Measures the whole shop on empty databases: `npm run bench`, with
 *   -- --only a,b     these scenarios and experiments
 *   -- --quick        fewer requests and rounds: tells a factor of two, not ten percent
 *   -- --all          also what takes minutes
 *   -- --against FILE compares with an earlier run
 *   -- --out FILE     where to write the figures
 *   -- --profile DIR  a CPU profile of each service
 *   -- --allocation   also what each service allocates for an answer
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { root, startSystem } from '../../infra/local/src/system.ts';
import { startFloor } from './floor.ts';
import { measure } from './measure.ts';
import { readMemory } from './processes.ts';
import { topFunctions } from './profile.ts';
import { allocation, byProcess, comparison, short, table } from './report.ts';
import type { Report, Result } from './report.ts';
import type { Experiment, Scenario } from './scenario.ts';
import { experiments, scenarios } from './scenarios/index.ts';
import { createWorld, services } from './world.ts';
import type { World } from './world.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    against: { type: 'string' },
    out: { type: 'string' },
    profile: { type: 'string' },
    allocation: { type: 'boolean', default: false },
    rounds: { type: 'string' },
  },
});

const { quick } = options;
const rounds = Number(options.rounds ?? (quick ? 2 : 5));
const names = options.only?.split(',');
const unknown = names?.filter((name) => ![...scenarios, ...experiments].some((known) => known.name === name));
if (unknown?.length) throw new Error(`There is no ${unknown.join(', ')} among ${known().join(', ')}`);
const chosen = scenarios.filter(({ name }) => !names || names.includes(name));
const tried = experiments.filter(({ name, slow }) => (names ? names.includes(name) : options.all || !slow));
const before = options.against ? (JSON.parse(readFileSync(options.against, 'utf8')) as Report) : undefined;

function known(): string[] {
  return [...scenarios, ...experiments].map(({ name }) => name);
}

const say = (line: string) => process.stdout.write(`${line}\n`);

async function runScenario(world: World, scenario: Scenario): Promise<Result> {
  const { name, what, goals, counted, prepare, floor } = scenario;
  const result: Result = { name, what, ...(goals && { goals }) };
  const round = await prepare(world);
  await round();
  await world.settle();
  result.measured = await measure(world, round, rounds, counted);
  if (floor) {
    const floorRound = await floor(world);
    await floorRound();
    result.floor = await measure(world, floorRound, rounds, ['floor']);
  }
  const { cpu, perSecond, p50, p99, answers } = result.measured;
  say(
    `  ${short(cpu)} ms of CPU, ${perSecond.toFixed(0)}/s, p50 ${short(p50)} ms, p99 ${short(p99)} ms ` +
      `${JSON.stringify(answers)}${result.floor ? `, floor ${short(result.floor.cpu)} ms` : ''}`,
  );
  return result;
}

async function runExperiment(world: World, { name, what, run }: Experiment): Promise<Result> {
  return { name, what, figures: await run(world, (line) => say(`  ${line}`)) };
}

/** One that fails is told of and the others are still measured. */
async function attempt(about: { name: string; what: string }, run: () => Promise<Result>): Promise<Result> {
  say(`${about.name}: ${about.what}`);
  try {
    return await run();
  } catch (error) {
    process.exitCode = 1;
    say(`  failed: ${(error as Error).stack}`);
    return { ...about, failed: (error as Error).message };
  }
}

const loadBefore = loadavg()[0] ?? 0;
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const profiles = options.profile && resolve(options.profile);
const allocationFile = (name: string) => join(folder, `${name}.allocated`);
const watchers = [
  ...(profiles ? ['profiler.mjs'] : []),
  ...(options.allocation ? ['allocation.mjs'] : []),
].map((file) => `--import=${pathToFileURL(join(import.meta.dirname, file)).href}`);
const watched = (name: string) => ({
  NODE_OPTIONS: watchers.join(' '),
  PROFILE_FOLDER: join(profiles ?? '', name),
  ALLOCATION_FILE: allocationFile(name),
});
const system = await startSystem({
  folder,
  client: tried.some(({ needsClient }) => needsClient),
  report: say,
  env: watchers.length > 0 ? Object.fromEntries(services.map((name) => [name, watched(name)])) : {},
});
const floor = chosen.some((scenario) => scenario.floor) ? await startFloor(system) : undefined;
const results: Result[] = [];
let memory: Report['memory'];
try {
  const world = await createWorld({
    system,
    floor,
    quick,
    rounds,
    ...(options.allocation && { allocationFile }),
  });
  for (const scenario of chosen) results.push(await attempt(scenario, () => runScenario(world, scenario)));
  for (const experiment of tried)
    results.push(await attempt(experiment, () => runExperiment(world, experiment)));
  memory = readMemory(system.processes());
  await world.close();
} finally {
  await floor?.stop();
  await system.stop();
  rmSync(folder, { recursive: true, force: true });
}

const report: Report = {
  at: new Date().toISOString(),
  commit: execFileSync('git', ['describe', '--always', '--dirty'], { cwd: root, encoding: 'utf8' }).trim(),
  machine: { cores: availableParallelism(), cpu: cpus()[0]?.model ?? '', node: process.version },
  loadBefore,
  loadAfter: loadavg()[0] ?? 0,
  quick,
  results,
  memory,
};
const file = resolve(
  options.out ?? join(root, 'e2e/results/bench', `${report.at.replace(/[:.]/g, '-')}.json`),
);
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);

say(`\n${table(results)}\n\nCPU ms by process\n${byProcess(results)}\n`);
say(
  `MiB at the end (peak): ${Object.entries(memory)
    .map(([name, { now, peak }]) => `${name} ${now} (${peak})`)
    .join(', ')}`,
);
say(
  `${report.machine.cores} cores, ${report.machine.node}, load ${short(report.loadBefore)} before and ` +
    `${short(report.loadAfter)} after: ${file}`,
);
if (options.allocation) say(`\nKiB allocated for an answer, by service\n${allocation(results)}`);
if (before) say(`\nagainst ${before.at} (${before.commit})\n${comparison(report, before)}`);
if (profiles) for (const name of services) say(`\n${name}\n${topFunctions(join(profiles, name))}`);
