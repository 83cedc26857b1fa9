// npm run resync -- <service>… | --all: has the publishers publish again what services of the running shop copy.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findRunningShop, sourceProgram } from './running-shop.ts';
import { root } from './system.ts';

const args = process.argv.slice(2);
const isHelp = args.length === 0 || args.includes('--help') || args.includes('-h');
// Any service's connection will do: it is the broker's operator, who may publish every event.
const env = isHelp
  ? process.env
  : { ...process.env, ...findRunningShop(join(root, '.local')).storeEnv('orders') };
const node = sourceProgram(join(root, 'common/src/bus/resync-program.ts'), ...args);
process.exitCode = spawnSync(process.execPath, node, { env, stdio: 'inherit' }).status ?? 1;
