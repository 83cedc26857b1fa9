import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { wholeOrPart } from '../long.ts';
import type { Report } from './main.ts';
import { runs } from './runs.ts';

const MINUTE = 60_000;
const notWide = runs.filter(({ isWide }) => !isWide);
const chosen = wholeOrPart(`model: ${notWide.length} of ${runs.length} worlds`, runs, notWide);
let reports: Report[] = [];

beforeAll(async () => {
  const started = Date.now();
  const main = join(__dirname, 'main.ts');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--conditions=source', main, '--json', ...(chosen === notWide ? ['--not-wide'] : [])],
    { maxBuffer: 64 << 20 },
  ).catch((error: unknown) => {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    if (!stdout) throw new Error(stderr, { cause: error });
    return { stdout }; // some run is not as expected: the tests below report which
  });
  reports = JSON.parse(stdout);
  const seconds = Math.round((Date.now() - started) / 1000);
  process.stderr.write(`The model: ${visitedStates()} states in ${seconds} s\n`);
}, 15 * MINUTE);

function visitedStates(): number {
  return reports.reduce((sum, { found }) => sum + found.states, 0);
}

function reportOf(name: string): string {
  const report = reports.find((candidate) => candidate.name === name);
  return [report?.found.violation ?? 'no violation', ...(report?.found.trace ?? [])].join('\n');
}

it.each(chosen.filter(({ caughtBy }) => !caughtBy).map(({ name }) => name))(
  'the protocol violates no invariant with %s',
  (name) => {
    expect(reportOf(name)).toBe('no violation');
  },
);

it.each(chosen.flatMap(({ name, caughtBy }) => (caughtBy ? [[name, caughtBy]] : [])))(
  'the mutation "%s" violates %s',
  (name, caughtBy) => {
    expect(reportOf(name)).toMatch(new RegExp(`^${caughtBy} `));
  },
);

it('the model visits more than a million states', () => {
  expect(visitedStates()).toBeGreaterThan(1_000_000);
});
