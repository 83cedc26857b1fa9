import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, startSystem } from '../../infra/local/src/system.ts';
import { mutations, runMutations } from './mutations.ts';
import { runSeed } from './round.ts';
import type { Result } from './round.ts';
import { summary, table } from './table.ts';
import { openWorld } from './world.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    seed: { type: 'string' },
    from: { type: 'string', default: '1' },
    mutations: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const say = (text: string) => void process.stdout.write(`${text}\n`);
const only = values.only;
if (only !== undefined && !mutations.some(({ name }) => name === only))
  stop(`--only must name a mutation: ${mutations.map(({ name }) => name).join(', ')}`);
const folder = join(root, 'e2e/results/faults', new Date().toISOString().replaceAll(':', '-'));
process.exitCode = values.mutations || only !== undefined ? await spoil() : await runSeeds();

/** Every mutation has to be caught. */
async function spoil(): Promise<number> {
  const verdicts = await runMutations(only, say);
  const escaped = verdicts.filter(({ first }) => !first);
  say(`\n${verdicts.length - escaped.length} of ${verdicts.length} mutations caught`);
  return escaped.length > 0 ? 1 : 0;
}

/** Seeds one after the other on one shop, for so many minutes; or a single one. */
async function runSeeds(): Promise<number> {
  const minutes = number('minutes', values.minutes ?? '10');
  mkdirSync(folder, { recursive: true });
  const single = values.seed === undefined ? undefined : number('seed', values.seed);
  say(`starting the shop; its data, logs and histories are in ${folder}`);
  const world = await openWorld({ folder, start: startSystem });
  for (const reason of world.skipped) say(`skipped: ${reason}`);
  const results: Result[] = [];
  try {
    const end = Date.now() + minutes * 60_000;
    for (let seed = single ?? number('from', values.from); ; seed++) {
      const result = await runSeed(world, seed);
      results.push(result);
      writeFileSync(join(folder, 'results.json'), JSON.stringify(results));
      say(summary(result));
      for (const story of result.stories) say(`\n${story}\n`);
      if (single !== undefined || Date.now() >= end) break;
    }
  } finally {
    const text = table(results, world.crashed());
    say(`\n${text}`);
    writeFileSync(join(folder, 'table.md'), `${text}\n`);
    await world.close();
  }
  return results.some(({ violations }) => violations.length > 0) ? 1 : 0;
}

function number(name: string, given: string): number {
  const value = Number(given);
  if (given.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  return stop(`--${name} must be a number, not ${given}`);
}

function stop(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
