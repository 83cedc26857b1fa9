// npm run reconcile [-- <folder>]: compares Stripe, payments and orders of the shop that runs under npm start, or from
// another folder, and prints every difference as JSON. Exits with 1 when there is one.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readKeys } from './keys.ts';
import type { ProcessInfo } from './supervisor.ts';
import { root } from './system.ts';

const folder = resolve(process.argv[2] ?? join(root, '.local'));
const runFile = join(folder, 'run.json');
if (!existsSync(runFile)) {
  process.stderr.write('The shop is not running. Start it first: npm start\n');
  process.exit(2);
}

const running = JSON.parse(readFileSync(runFile, 'utf8')) as ProcessInfo[];
const urlOf = (process: string) => running.find(({ name }) => name === process)?.url ?? '';
const emulator = urlOf('emulator');
// With Stripe itself, STRIPE_KEY is in the environment, as for npm start.
const stripe = emulator
  ? { STRIPE_KEY: readKeys(join(folder, 'keys')).stripe.secretKey, STRIPE_API_BASE: emulator }
  : {};
const env = { ...process.env, MONGO_URI: urlOf('mongod-payments'), ...stripe };
const node = ['--import', 'tsx', '--conditions=source', join(root, 'payments/src/reconcile-now.ts')];
process.exitCode = spawnSync(process.execPath, node, { env, stdio: 'inherit' }).status ?? 1;
