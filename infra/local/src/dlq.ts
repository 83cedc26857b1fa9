// npm run dlq -- <service> <command>: the dead letters of a service that runs under npm start.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrokerPasswords } from './broker-users.ts';
import { brokerUrlFor, OPERATOR } from './broker-users.ts';
import { services } from './build.ts';
import { brokerNames } from './plan.ts';
import type { ProcessInfo } from './supervisor.ts';
import { root } from './system.ts';

const [service = '', ...args] = process.argv.slice(2);
const runFile = join(root, '.local/run.json');

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

if (!services.some((name) => name === service)) {
  const problem = service === '' ? 'No service given.' : `Unknown service ${service}.`;
  fail(`${problem} Services: ${services.join(', ')}.\nUsage: npm run dlq -- <service> <command>`);
}
if (!existsSync(runFile)) fail('The shop is not running. Start it first: npm start');

const running = JSON.parse(readFileSync(runFile, 'utf8')) as ProcessInfo[];
const urlOf = (process: string) => running.find(({ name }) => name === process)?.url ?? '';
const eventBus = urlOf(brokerNames.jetstream) ? 'jetstream' : 'nats-streaming';
const passwords = JSON.parse(readFileSync(join(root, '.local/keys/broker.json'), 'utf8')) as BrokerPasswords;
const env = {
  ...process.env,
  EVENT_BUS: eventBus,
  // `retry` publishes the events of other services, which the service itself may not.
  NATS_URL: brokerUrlFor(urlOf(brokerNames[eventBus]), OPERATOR, passwords),
  NATS_CLIENT_ID: service,
  REDIS_URL: urlOf('redis'),
  MONGO_URI: urlOf(`mongod-${service}`),
};
const file = service === 'expiration' ? 'expiration/src/dlq.ts' : 'common/src/bus/dlq-program.ts';
const node = ['--import', 'tsx', '--conditions=source', join(root, file), ...args];
process.exitCode = spawnSync(process.execPath, node, { env, stdio: 'inherit' }).status ?? 1;
