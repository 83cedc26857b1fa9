// npm run lift-suspension -- <e-mail address> [<folder>]: lets a suspended seller list tickets again, in the shop that runs
// under npm start, or from another folder.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ProcessInfo } from './supervisor.ts';
import { root } from './system.ts';

const [email, folder = join(root, '.local')] = process.argv.slice(2);
const runFile = join(resolve(folder), 'run.json');
if (!email || !existsSync(runFile)) {
  process.stderr.write(
    'Start the shop first (npm start), then: npm run lift-suspension -- <e-mail address>\n',
  );
  process.exit(2);
}

const running = JSON.parse(readFileSync(runFile, 'utf8')) as ProcessInfo[];
const MONGO_URI = running.find(({ name }) => name === 'mongod-auth')?.url ?? '';
const node = ['--import', 'tsx', '--conditions=source', join(root, 'auth/src/lift-suspension.ts'), email];
const env = { ...process.env, MONGO_URI };
process.exitCode = spawnSync(process.execPath, node, { env, stdio: 'inherit' }).status ?? 1;
