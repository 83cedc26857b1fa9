// npm test: the same set-up as npm start, then every test.
// npm test -- orders create-order -t 'returns 409': projects first; Jest gets the rest.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { requireNode } from './node-version.mjs';
import { jestRuns, parseTestArgs, SYSTEMS_AT_ONCE, wholeSystem } from './test-args.mjs';
import { testSummary, totalLine } from './test-summary.mjs';

requireNode();
const { install, root } = await import('./install.mjs');
install();
const { default: jestConfig, services } = await import('../../jest.config.js');

const known = [...jestConfig.projects.map(({ displayName }) => displayName), 'client'];
const { projects, rest, isWatching, error } = parseTestArgs(process.argv.slice(2), known);
if (error) {
  console.error(error);
  process.exit(1);
}

const started = Date.now();
/** The builds use the cores that the tests of the services leave idle. */
const prepared = projects.some(isWholeSystem) ? prepareSystem() : undefined;

// A test of this program sets TEST_CACHE, so that it does not overwrite the results of the run that it is part of.
const cache = process.env.TEST_CACHE ?? join(root, 'node_modules/.cache/ticketing');
const parts = join(cache, 'parts.txt');
mkdirSync(join(cache, 'results'), { recursive: true });
rmSync(parts, { force: true });

/** The run of Jest in progress. A signal may reach only this process, and Jest would continue without it. */
let running;
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    running?.kill(signal);
    process.exit(1);
  });
process.once('exit', () => running?.kill()); // a build that fails ends this process

const results = [];
for (const names of jestRuns(projects)) {
  if (names.some(isWholeSystem)) await prepared;
  results.push(await jest(names));
}
if (isWatching) process.exit();

const files = results.flatMap((result) => result.files);
const total = totalLine(results);
const isFailed = results.some(({ failed }) => failed > 0);
if (files.length > 1) console.log(['', ...testSummary(results, root)].join('\n'));
console.log(`\nTook ${Math.round((Date.now() - started) / 1000)} s`);
if (existsSync(parts))
  console.log([...new Set(readFileSync(parts, 'utf8').trimEnd().split('\n'))].join('\n'));
if (files.length === 0 && !isFailed)
  console.error(`No test file of ${projects.join(', ')} matches: ${rest.join(' ')}`);
else if (!isFailed && results.every(({ passed }) => passed === 0))
  console.error(`No test of ${projects.join(', ')} matches: ${rest.join(' ')}`);
console.log(total);
process.exit(isFailed || results.every(({ passed }) => passed === 0) ? 1 : 0);

function isWholeSystem(name) {
  return wholeSystem.includes(name);
}

async function prepareSystem() {
  const { register } = await import('tsx/esm/api');
  register();
  const { prepare } = await import('./src/prepare.ts');
  await prepare({ client: true });
}

/** Runs Jest and returns what it counted; a run that ends without a result counts as one failure. */
async function jest(names) {
  const name = names.join(', ');
  const outputFile = join(cache, 'results', `${names[0]}.json`);
  rmSync(outputFile, { force: true });
  const child = spawn(process.execPath, [join(root, 'node_modules/jest/bin/jest.js'), ...argsOf(names)], {
    cwd: names.includes('client') ? join(root, 'client') : root,
    stdio: [isWatching ? 'inherit' : 'ignore', 'inherit', 'inherit'],
    env: { ...process.env, PARTS_FILE: parts, RESULTS_FILE: outputFile, ...rulesOf(names) },
  });
  running = child;
  const lingering = isWatching ? undefined : endIfLingering(child, outputFile);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(lingering);
  if (isWatching) process.exit(code);
  if (child.signalCode === 'SIGKILL')
    console.error(`The tests of ${name} ended a minute ago, but something they left open kept Jest running.`);
  if (!existsSync(outputFile)) {
    console.error(`Jest ended without a result for ${name} (exit code ${code}).`);
    return { passed: 0, failed: 1, skipped: 0, files: [] };
  }
  const counted = JSON.parse(readFileSync(outputFile, 'utf8'));
  return { ...counted, failed: counted.failed || (code === 0 ? 0 : 1) };
}

/** What the caller wrote comes first: `--selectProjects` would take a pattern behind it for one more project. */
function argsOf(names) {
  if (isWatching) return [...rest, ...selected(names)];
  const reporters = ['default', join(root, 'infra/local/test/reporter.mjs')];
  return [...rest, '--passWithNoTests', '--reporters', ...reporters, ...workers(names), ...selected(names)];
}

function workers(names) {
  if (rest.some((word) => /^(-i|--runInBand|-w|--maxWorkers)\b/.test(word))) return [];
  if (names.some(isWholeSystem)) return [`--maxWorkers=${SYSTEMS_AT_ONCE}`];
  // These do not wait, so more processes than cores would only cost their starts.
  return names.every((name) => ['client', 'rules'].includes(name)) ? ['--maxWorkers=100%'] : [];
}

function selected(names) {
  if (names.includes('client')) return [];
  return ['--selectProjects', ...new Set([...names, ...(withRules(names) ? ['rules'] : [])])];
}

/** A service brings its rules along, but not those of the others. */
function rulesOf(names) {
  return withRules(names) ? { RULES_OF: names.filter((name) => services.includes(name)).join(',') } : {};
}

function withRules(names) {
  return !names.includes('rules') && names.some((name) => services.includes(name));
}

/** Jest waits without end for a timer or a connection that a test has left open. */
function endIfLingering(child, outputFile) {
  let seconds = 0;
  return setInterval(() => {
    if (existsSync(outputFile) && ++seconds === 60) child.kill('SIGKILL');
  }, 1_000);
}
