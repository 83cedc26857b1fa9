// npm run check: every check that does not run the shop. All steps run, also when one of them fails.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { install, root } from './install.mjs';
import { requireNode } from './node-version.mjs';

requireNode();
install();

const bin = (name) => join(root, 'node_modules/.bin', name);
/** A step that ends with this code could not run, and its last line says why. CI has everything that a step needs. */
const SKIPPED = 77;

/** Runs a script of a workspace; the step is left out while the workspace has no such script. */
function script(workspace, name, ...args) {
  const { scripts } = JSON.parse(readFileSync(join(root, workspace, 'package.json'), 'utf8'));
  return scripts[name] ? ['npm', ['run', '--silent', name, ...args], join(root, workspace)] : undefined;
}
const steps = [
  ['format', [bin('prettier'), ['--check', '--log-level', 'warn', '.']]],
  ['lint', [bin('eslint'), ['.']]],
  ['types', [bin('tsc'), ['-p', 'tsconfig.json']]],
  ['unused', script('.', 'unused')],
  ['cycles', script('.', 'cycles')],
  ['words', script('.', 'words')],
  ['links', script('.', 'docs:links')],
  ['commands', script('.', 'docs:commands')],
  ['routes', script('.', 'docs:routes')],
  ['contracts', script('.', 'docs:contracts')],
  ['docs', [bin('tsx'), ['--conditions=source', 'docs/generate.ts', '--check']]],
  ['package', script('common', 'check')],
  ['client lint', script('client', 'lint')],
  ['client types', script('client', 'typecheck')],
  ['client styles', script('client', 'styles')],
  ['manifests', script('.', 'cluster:check')],
  ['alerts', script('.', 'alerts', ...(process.env.CI ? [] : ['--', '--may-skip']))],
].filter(([, command]) => command);

const marks = { ok: '✓', failed: '✗', skipped: '–' };
const results = [];
const waiting = [...steps];
await Promise.all([worker(), worker()]);

for (const { name, output } of results.filter(({ outcome }) => outcome !== 'ok'))
  console.log(`\n── ${name}\n${output.trim()}`);
console.log('');
for (const [name] of steps) {
  const { outcome, seconds } = results.find((result) => result.name === name);
  console.log(`${marks[outcome]} ${name.padEnd(14)} ${seconds.toFixed(1).padStart(6)} s`);
}
const having = (wanted) => results.filter(({ outcome }) => outcome === wanted).map(({ name }) => name);
const [failed, skipped] = [having('failed'), having('skipped')];
console.log(failed.length > 0 ? `\nFailed: ${failed.join(', ')}` : '\nAll good.');
if (skipped.length > 0) console.log(`Skipped, for the reason above: ${skipped.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0; // process.exit() would cut off a long report on a pipe

async function worker() {
  for (let step = waiting.shift(); step; step = waiting.shift()) results.push(await run(step));
}

function run([name, [command, args, cwd = root]]) {
  return new Promise((resolve) => {
    const started = Date.now();
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => (output += chunk);
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => keep(error.message));
    child.once('close', (code) =>
      resolve({ name, outcome: outcomeOf(code), output, seconds: (Date.now() - started) / 1000 }),
    );
  });
}

function outcomeOf(code) {
  if (code === SKIPPED && !process.env.CI) return 'skipped';
  return code === 0 ? 'ok' : 'failed';
}
