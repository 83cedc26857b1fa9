import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const lockFile = join(root, 'package-lock.json');
const stamp = join(root, 'node_modules/.ticketing-lock');

/** Runs `npm ci` when what is installed is not what the lock file says. */
export function install() {
  const hash = createHash('sha256').update(readFileSync(lockFile)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  if (!isInstalled()) {
    const started = Date.now();
    console.log('Installing packages (npm ci) …');
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const flags = ['--no-audit', '--no-fund', '--loglevel=error'];
    const { status, error } = spawnSync(npm, ['ci', ...flags], { cwd: root, stdio: 'inherit' });
    if (status !== 0) {
      console.error(`npm ci failed${error ? `: ${error.message}` : ''}. Is the npm registry reachable?`);
      process.exit(1);
    }
    console.log(`Packages installed in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  }
  writeFileSync(stamp, hash);
}

/** Whether somebody ran npm themselves: npm leaves a list of what it installed, without what this system cannot use. */
function isInstalled() {
  const list = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(list)) return false;
  const read = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const installed = read(list);
  return Object.entries(read(lockFile))
    .filter(([path, { optional }]) => path.includes('node_modules/') && !optional)
    .every(([path, { version, link }]) => installed[path] && (link || installed[path].version === version));
}
