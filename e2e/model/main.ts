// Explores every sound world, and every mutation until an invariant catches it.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { optionsOrUsage } from '../command-line.ts';
import type { Exploration } from './explore.ts';
import type { Run } from './run.ts';
import { runs } from './runs.ts';

/** How many explorations run at once; each needs up to 1 GB in the largest world. */
const PROCESSES = 2;

export type Report = Pick<Run, 'group' | 'name' | 'caughtBy'> & { isAsExpected: boolean; found: Exploration };

const usage = `npm run model -- WORDS        the worlds with these words in their names; all without
              -- --verbose    with the trace of each violation
              -- --json       the reports as JSON
              -- --not-wide   all but the widest worlds`;
const { positionals: nameFilter, values } = optionsOrUsage(usage, () =>
  parseArgs({
    allowPositionals: true,
    options: {
      verbose: { type: 'boolean', short: 'v', default: false },
      json: { type: 'boolean', default: false },
      'not-wide': { type: 'boolean', default: false },
    },
  }),
);
const { verbose: isVerbose, json: isJson } = values;
const includesWide = !values['not-wide'];

const chosen = runs
  .filter(({ isWide }) => includesWide || !isWide)
  .filter(({ group, name }) => nameFilter.every((word) => `${group}: ${name}`.includes(word)));
const started = performance.now();
const waiting = [...chosen];
const reports: Report[] = [];
await Promise.all(Array.from({ length: Math.min(PROCESSES, chosen.length) }, exploreInChild));

const states = reports.reduce((sum, { found }) => sum + found.states, 0);
const wrong = reports.filter(({ isAsExpected }) => !isAsExpected).length;
const seconds = ((performance.now() - started) / 1000).toFixed(0);
if (isJson) console.log(JSON.stringify(reports));
else console.log(`${states} states in ${seconds} s, ${reports.length} runs, ${wrong} not as expected`);
process.exitCode = wrong > 0 || reports.length === 0 || reports.length < chosen.length ? 1 : 0;

/** Explores the waiting runs, one after the other, in a child process. */
async function exploreInChild() {
  const worker = fork(join(import.meta.dirname, 'worker.ts'));
  for (let run = waiting.shift(); run; run = waiting.shift()) {
    const found = await new Promise<Exploration>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('exit', (code) => {
        reject(new Error(`The exploration of "${run?.name}" exited with code ${code}`));
      });
      worker.send(runs.indexOf(run));
    });
    worker.removeAllListeners('exit');
    report(run, found);
  }
  worker.disconnect();
}

function report({ group, name, caughtBy }: Run, found: Exploration) {
  const violated = found.violation?.split(' ')[0];
  const isAsExpected = violated === caughtBy;
  reports.push({ group, name, ...(caughtBy && { caughtBy }), isAsExpected, found });
  if (!isJson) console.log(lines(reports.at(-1) as Report).join('\n'));
}

function lines({ group, name, isAsExpected, found }: Report): string[] {
  const { states, transitions, ends, ms, violation, trace = [] } = found;
  const size = `${states} states, ${transitions} transitions, ${ends} ends, ${(ms / 1000).toFixed(1)} s`;
  return [
    `${isAsExpected ? 'ok  ' : 'FAIL'} ${group}: ${name} — ${size}${violation ? ` — ${violation}` : ''}`,
    ...(isVerbose || !isAsExpected ? trace.map((step, index) => `       ${index + 1}. ${step}`) : []),
  ];
}
