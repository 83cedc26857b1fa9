// npm run resync -- <service>… | --all: has the publishers publish again what services of the running shop copy.
import { join } from 'node:path';
import { findRunningShop, runProgram } from './running-shop.ts';
import { root } from './system.ts';

const args = process.argv.slice(2);
const isHelp = args.length === 0 || args.includes('--help') || args.includes('-h');
// Any service's connection will do: it is the broker's operator, who may publish every event.
const env = isHelp
  ? process.env
  : { ...process.env, ...findRunningShop(join(root, '.local')).storeEnv('orders') };
runProgram('common/src/bus/resync-program.ts', args, env);
