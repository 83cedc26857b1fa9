// Measures the running system on empty databases.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, startSystem } from '../../infra/local/src/system.ts';
import { optionsOrUsage } from '../command-line.ts';
import { formatCounts } from './counts.ts';
import { startFloor } from './floor.ts';
import type { Options } from './options.ts';
import { readOptions } from './options.ts';
import { readMemory } from './processes.ts';
import { topFunctions } from './profile.ts';
import type { Report } from './report.ts';
import {
  formatAllocation,
  formatChanges,
  formatCpuByProcess,
  formatFigures,
  formatNumber,
  formatTable,
} from './report.ts';
import { runAll } from './runner.ts';
import type { Comparison } from './without.ts';
import { compareWithout, formatComparisons } from './without.ts';
import { createWorld, services } from './world.ts';

const log = (line: string) => void process.stdout.write(`${line}\n`);
const usage = `npm run bench -- --only a,b      these scenarios and experiments
              -- --quick         fewer requests and rounds: shows a factor of two, not ten percent
              -- --all           also the experiments that take minutes
              -- --without a,b   instead: the same load with and without these optimizations; all means each of them
              -- --rounds N      rounds of each scenario, pairs of rounds with --without
              -- --against FILE  compares with an earlier run
              -- --out FILE      where to write the figures
              -- --profile DIR   a CPU profile of each service and the client
              -- --allocation    also what each service allocates for an answer
              -- --limits        with the limits on requests, which are off otherwise`;
const options = optionsOrUsage(usage, () => readOptions(process.argv.slice(2)));
await (options.without === undefined ? runBenchmarks(options) : runComparisons(options));

async function runBenchmarks({ out, before, profileFolder, allocation, quick }: Options) {
  const loadBefore = loadavg()[0] ?? 0;
  const { results, memory } = await measureSystem(options);
  const report: Report = {
    ...describeRun(),
    loadBefore,
    loadAfter: loadavg()[0] ?? 0,
    quick,
    results,
    memory,
  };
  const file = writeFigures(report, out);

  log(`\n${formatTable(results)}\n\nCPU ms by process\n${formatCpuByProcess(results)}\n`);
  for (const { counts } of results) if (counts) log(`a purchase: ${formatCounts(counts)}\n`);
  log(`${formatFigures(report)}\n`);
  log(
    `${report.machine.cores} cores, ${report.machine.node}, load ${formatNumber(report.loadBefore)} before and ` +
      `${formatNumber(report.loadAfter)} after: ${file}`,
  );
  if (allocation) log(`\nKiB allocated for an answer, by service\n${formatAllocation(results)}`);
  if (before) log(`\nagainst ${before.at} (${before.commit})\n${formatChanges(report, before)}`);
  for (const name of profileFolder ? readdirSync(profileFolder) : [])
    log(`\n${name}\n${topFunctions(join(profileFolder ?? '', name))}`);
}

async function measureSystem({
  scenarios,
  experiments,
  quick,
  rounds,
  allocation,
  profileFolder,
  limits,
}: Options) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const allocationFile = (name: string) => join(folder, `${name}.allocated`);
  const preloaded = [
    ...(profileFolder ? ['profiler.mjs'] : []),
    ...(allocation ? ['allocation.mjs'] : []),
  ].map((file) => `--import=${pathToFileURL(join(import.meta.dirname, file)).href}`);
  const environment = (name: string) => ({
    NODE_OPTIONS: preloaded.join(' '),
    PROFILE_FOLDER: join(profileFolder ?? '', name),
    ALLOCATION_FILE: allocationFile(name),
  });
  const system = await startSystem({
    folder,
    client: experiments.some(({ needsClient }) => needsClient),
    report: log,
    limits: limits ? 'on' : 'off',
    env: Object.fromEntries(
      preloaded.length > 0 ? [...services, 'client'].map((name) => [name, environment(name)]) : [],
    ),
  });
  const floor = scenarios.some((scenario) => scenario.floor) ? await startFloor(system) : undefined;
  try {
    const world = await createWorld({ system, floor, quick, rounds, ...(allocation && { allocationFile }) });
    const results = await runAll(world, scenarios, experiments, log);
    const memory = readMemory(system.processes());
    await world.close();
    return { results, memory };
  } finally {
    await floor?.stop();
    await system.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runComparisons({ optimizations, rounds, quick, out }: Options) {
  const comparisons: Comparison[] = [];
  for (const optimization of optimizations) {
    log(`without ${optimization.name}: ${optimization.description}`);
    comparisons.push(...(await compareWithout(optimization, { pairs: rounds, quick, log })));
  }
  const file = writeFigures({ ...describeRun(), quick, comparisons }, out);
  log(`\n${formatComparisons(comparisons)}\n\nload ${formatNumber(loadavg()[0] ?? 0)} after: ${file}`);
}

function describeRun() {
  return {
    at: new Date().toISOString(),
    commit: execFileSync('git', ['describe', '--always', '--dirty'], { cwd: root, encoding: 'utf8' }).trim(),
    machine: { cores: availableParallelism(), cpu: cpus()[0]?.model ?? '', node: process.version },
  };
}

/** @returns the file. */
function writeFigures<T extends { at: string }>(figures: T, out: string | undefined): string {
  const file = resolve(out ?? join(root, 'e2e/results/bench', `${figures.at.replace(/[:.]/g, '-')}.json`));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(figures, null, 2)}\n`);
  return file;
}
