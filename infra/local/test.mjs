// npm test: the same set-up as npm start, then every test. `npm test -- orders` runs one project only.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { requireNode } from './node-version.mjs';

requireNode();
const { install, root } = await import('./install.mjs');
install();
const { register } = await import('tsx/esm/api');
register();
const { prepare } = await import('./src/prepare.ts');
const { default: jestConfig } = await import('../../jest.config.js');

const projects = jestConfig.projects.map(({ displayName }) => displayName);
/** Each drives the whole system on this machine, so they run alone, one test file at a time. */
const heavy = ['e2e', 'browser'];
const known = [...projects, 'client'];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`There is no project ${unknown.join(', ')}; there are ${known.join(', ')}.`);
  process.exit(1);
}
const chosen = known.filter((name) => wanted.length === 0 || wanted.includes(name));

await prepare({ client: chosen.some((name) => heavy.includes(name)) });

const results = join(root, 'node_modules/.cache/ticketing/results');
mkdirSync(results, { recursive: true });
const totals = { passed: 0, failed: 0, skipped: 0 };

const light = chosen.filter((name) => !heavy.includes(name) && name !== 'client');
if (light.length > 0) await jest('services', root, ['--selectProjects', ...light]);
if (chosen.includes('client')) await jest('client', join(root, 'client'), []);
for (const name of heavy) {
  if (chosen.includes(name)) await jest(name, root, ['--selectProjects', name, '--runInBand']);
}

const { passed, failed, skipped } = totals;
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);

/** Runs Jest and adds what it counted; a run or a file that broke off counts as a failure. */
async function jest(name, cwd, args) {
  const outputFile = join(results, `${name}.json`);
  rmSync(outputFile, { force: true });
  const program = join(root, 'node_modules/jest/bin/jest.js');
  const all = [program, '--passWithNoTests', '--json', `--outputFile=${outputFile}`, ...args];
  // With --json the report for people goes to the error output, and the result, already in the file, to the other.
  const child = spawn(process.execPath, all, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  const lingering = endIfLingering(child, outputFile);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(lingering);
  if (child.signalCode === 'SIGKILL')
    console.error(
      `The tests of ${name} were done for a minute, but something they left open kept Jest alive.`,
    );
  if (!existsSync(outputFile)) {
    console.error(`The tests of ${name} broke off (exit code ${code}).`);
    totals.failed++;
    return;
  }
  const counted = JSON.parse(readFileSync(outputFile, 'utf8'));
  const broken = counted.numRuntimeErrorTestSuites;
  totals.passed += counted.numPassedTests;
  totals.failed += counted.numFailedTests + broken;
  totals.skipped += counted.numPendingTests + counted.numTodoTests;
  if (code !== 0 && counted.numFailedTests + broken === 0) totals.failed++;
}

/** Jest waits without end for a timer or a connection that a test has left open. */
function endIfLingering(child, outputFile) {
  let seconds = 0;
  return setInterval(() => {
    if (existsSync(outputFile) && ++seconds === 60) child.kill('SIGKILL');
  }, 1_000);
}
