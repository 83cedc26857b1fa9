// npm run dlq -- <service> <command>: the dead letters of a service of the shop that npm start runs.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { services } from './build.ts';
import { brokerNames } from './plan.ts';
import type { ProcessInfo } from './supervisor.ts';
import { root } from './system.ts';

const [service = '', ...args] = process.argv.slice(2);
const runFile = join(root, '.local/run.json');

function end(reason: string): never {
  process.stderr.write(`${reason}\n`);
  process.exit(2);
}

if (!services.some((name) => name === service))
  end(`npm run dlq -- <service> --help, where the service is one of ${services.join(', ')}`);
if (!existsSync(runFile)) end('The shop does not run here: npm start');

const running = JSON.parse(readFileSync(runFile, 'utf8')) as ProcessInfo[];
const urlOf = (wanted: string) => running.find(({ name }) => name === wanted)?.url ?? '';
const eventBus = urlOf(brokerNames.jetstream) ? 'jetstream' : 'nats-streaming';
const env = {
  ...process.env,
  EVENT_BUS: eventBus,
  NATS_URL: urlOf(brokerNames[eventBus]),
  NATS_CLIENT_ID: service,
  REDIS_URL: urlOf('redis'),
  MONGO_URI: urlOf(`mongod-${service}`),
};
const file = service === 'expiration' ? 'expiration/src/dlq.ts' : 'common/src/bus/dlq-program.ts';
const node = ['--import', 'tsx', '--conditions=source', join(root, file), ...args];
process.exitCode = spawnSync(process.execPath, node, { env, stdio: 'inherit' }).status ?? 1;
