// npm run dlq -- <service> <command>: the dead letters of a service that runs under npm start.
import { join } from 'node:path';
import { services } from './build.ts';
import { findRunningShop, runProgram } from './running-shop.ts';
import { root } from './system.ts';

const [given = '', ...args] = process.argv.slice(2);
const service = services.find((name) => name === given);
if (!service) {
  const problem = given === '' ? 'No service given.' : `Unknown service ${given}.`;
  process.stderr.write(
    `${problem} Services: ${services.join(', ')}.\nUsage: npm run dlq -- <service> <command>\n`,
  );
  process.exit(2);
}

// `retry` publishes the events of other services, which only the broker's operator may.
const env = { ...process.env, ...findRunningShop(join(root, '.local')).storeEnv(service) };
const file = service === 'expiration' ? 'expiration/src/dlq.ts' : 'common/src/bus/dlq-program.ts';
runProgram(file, args, env);
