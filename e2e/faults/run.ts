import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, startSystem } from '../../infra/local/src/system.ts';
import { optionsOrUsage } from '../command-line.ts';
import { mutations, runMutations } from './mutations.ts';
import { buildPrevious } from './previous-release.ts';
import { formatSummary, formatTable } from './report.ts';
import type { Result } from './run-seed.ts';
import { runSeed } from './run-seed.ts';
import { openWorld } from './world.ts';

const usage = `npm run faults -- --minutes N     seed after seed on one running system, 10 minutes by default
               -- --from N        the same, from this seed on
               -- --seed N        one seed
               -- --mutations     each known defect, until a check finds it
               -- --only NAME     one of these defects
               -- --bus jetstream on JetStream; seeds only
               -- --previous REV  the second replica of each service is of this revision, or of the last release
                                  for REV = released; seeds only`;
const buses = ['nats-streaming', 'jetstream'] as const;
const { values } = optionsOrUsage(usage, () =>
  parseArgs({
    options: {
      minutes: { type: 'string' },
      seed: { type: 'string' },
      from: { type: 'string', default: '1' },
      mutations: { type: 'boolean', default: false },
      only: { type: 'string' },
      bus: { type: 'string', default: 'nats-streaming' },
      previous: { type: 'string' },
    },
  }),
);
const log = (text: string) => void process.stdout.write(`${text}\n`);
const only = values.only;
if (only !== undefined && !mutations.some(({ name }) => name === only))
  exitWithError(`--only must name a mutation: ${mutations.map(({ name }) => name).join(', ')}`);
const eventBus =
  buses.find((bus) => bus === values.bus) ?? exitWithError(`--bus must be one of: ${buses.join(', ')}`);
const folder = join(root, 'e2e/results/faults', new Date().toISOString().replaceAll(':', '-'));
process.exitCode = values.mutations || only !== undefined ? await runAllMutations() : await runSeeds();

/** @returns exit code 1 when a mutation is not caught. */
async function runAllMutations(): Promise<number> {
  const verdicts = await runMutations(only, log);
  const escaped = verdicts.filter(({ first }) => !first);
  log(`\n${verdicts.length - escaped.length} of ${verdicts.length} mutations caught`);
  return escaped.length > 0 ? 1 : 0;
}

/** Runs seeds one after the other on one system for some minutes, or a single seed. @returns the exit code. */
async function runSeeds(): Promise<number> {
  const minutes = parseNumber('minutes', values.minutes ?? '10');
  mkdirSync(folder, { recursive: true });
  const single = values.seed === undefined ? undefined : parseNumber('seed', values.seed);
  log(`starting the system; its data, logs and histories are in ${folder}`);
  const previous = values.previous === undefined ? undefined : await buildPrevious(values.previous);
  if (previous) log(`the second replica of each service is of ${previous.commit}`);
  const world = await openWorld({ folder, start: startSystem, eventBus, previous: previous?.folder });
  for (const reason of world.skipped) log(`skipped: ${reason}`);
  const results: Result[] = [];
  try {
    const end = Date.now() + minutes * 60_000;
    for (let seed = single ?? parseNumber('from', values.from); ; seed++) {
      const result = await runSeed(world, seed);
      results.push(result);
      writeFileSync(join(folder, 'results.json'), JSON.stringify(results));
      log(formatSummary(result));
      for (const timeline of result.timelines) log(`\n${timeline}\n`);
      if (single !== undefined || Date.now() >= end) break;
    }
  } finally {
    const text = formatTable(results, world.reachedCrashPoints());
    log(`\n${text}`);
    writeFileSync(join(folder, 'table.md'), `${text}\n`);
    await world.close();
  }
  return results.some(({ violations }) => violations.length > 0) ? 1 : 0;
}

function parseNumber(name: string, given: string): number {
  const value = Number(given);
  if (given.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  return exitWithError(`--${name} must be a number, not ${given}`);
}

function exitWithError(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
