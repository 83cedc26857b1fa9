// npm run check: everything that can be said of the code without running it. All of it runs, also when one part fails.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { install, root } from './install.mjs';
import { requireNode } from './node-version.mjs';

requireNode();
install();

const bin = (name) => join(root, 'node_modules/.bin', name);
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const steps = [
  ['format', bin('prettier'), ['--check', '--log-level', 'warn', '.']],
  ['lint', bin('eslint'), ['.']],
  ['types', bin('tsc'), ['-p', 'tsconfig.json']],
  ['unused', bin('knip'), []],
  ['docs', bin('tsx'), ['--conditions=source', 'docs/generate.ts', '--check'], 'docs/generate.ts'],
  ['client lint', 'npm', ['run', '--silent', 'lint', '--workspace', 'client']],
  ['client types', 'npm', ['run', '--silent', 'typecheck', '--workspace', 'client']],
  ['manifests', 'npm', ['run', '--silent', 'cluster:check'], scripts['cluster:check'] && 'package.json'],
].filter(([, , , needs = 'package.json']) => needs && existsSync(join(root, needs)));

const results = [];
const waiting = [...steps];
await Promise.all([worker(), worker()]);

for (const { name, output } of results.filter(({ ok }) => !ok)) console.log(`\n── ${name}\n${output.trim()}`);
console.log('');
for (const [name] of steps) {
  const { ok, seconds } = results.find((result) => result.name === name);
  console.log(`${ok ? '✓' : '✗'} ${name.padEnd(14)} ${seconds.toFixed(1).padStart(6)} s`);
}
const failed = results.filter(({ ok }) => !ok).map(({ name }) => name);
console.log(failed.length > 0 ? `\nFailed: ${failed.join(', ')}` : '\nAll good.');
process.exit(failed.length > 0 ? 1 : 0);

async function worker() {
  for (let step = waiting.shift(); step; step = waiting.shift()) results.push(await run(step));
}

function run([name, command, args]) {
  return new Promise((resolve) => {
    const started = Date.now();
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => (output += chunk);
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => keep(error.message));
    child.once('close', (code) =>
      resolve({ name, ok: code === 0, output, seconds: (Date.now() - started) / 1000 }),
    );
  });
}
