import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const lockFile = join(root, 'package-lock.json');
const stamp = join(root, 'node_modules/.ticketing-lock');

/** Runs `npm ci` when the installed packages differ from the lock file. */
export function install() {
  try {
    if (!isStamped()) installWithLock();
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}

function installWithLock() {
  const release = acquireLock();
  try {
    if (!isStamped() && !isInstalled()) npmCi();
    writeFileSync(stamp, lockHash());
  } finally {
    release();
  }
}

const lockHash = () => createHash('sha256').update(readFileSync(lockFile)).digest('hex');
const isStamped = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash();

function npmCi() {
  const started = Date.now();
  console.log('Installing packages (npm ci) …');
  const flags = ['--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync('npm', ['ci', ...flags], { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    throw new Error(
      `npm ci failed${error ? `: ${error.message}` : ''}. Check the output above and the connection to the npm registry.`,
    );
  }
  console.log(`Packages installed in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** Two concurrent `npm ci` in one folder delete each other's files, so the second waits for the first. */
function acquireLock() {
  const lock = join(root, '.local/install.lock');
  mkdirSync(join(root, '.local'), { recursive: true });
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return () => rmSync(lock, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (!isAlive(lock)) rmSync(lock, { force: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
    }
  }
}

function isAlive(lock) {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Whether npm was run by hand. npm writes a list of what it installed; optional packages may be missing from it. */
function isInstalled() {
  const list = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(list)) return false;
  const read = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const installed = read(list);
  return Object.entries(read(lockFile))
    .filter(([path, { optional }]) => path.includes('node_modules/') && !optional)
    .every(([path, { version, link }]) => installed[path] && (link || installed[path].version === version));
}
