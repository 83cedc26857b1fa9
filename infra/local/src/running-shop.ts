import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrokerPasswords } from './broker-users.ts';
import { brokerUrlFor, OPERATOR } from './broker-users.ts';
import type { ServiceName } from './build.ts';
import { readKeys } from './keys.ts';
import type { Env } from './plan.ts';
import { brokerNames } from './plan.ts';
import type { ProcessInfo } from './supervisor.ts';
import { root } from './system.ts';

/** The shop that runs in a folder, for the programs of operators. */
export type RunningShop = {
  folder: string;
  /** What reaches the stores and the broker of a service. At the broker, the program is its operator. */
  storeEnv: (service: ServiceName) => Env;
  /** What reaches Stripe; with Stripe itself, STRIPE_KEY is in the environment, as for npm start. */
  stripeEnv: () => Env;
};

/** Finds the shop that runs in a folder. Prints why and exits with 2 when none does. */
export function findRunningShop(folder: string): RunningShop {
  const runFile = join(folder, 'run.json');
  if (!existsSync(runFile)) {
    process.stderr.write('The shop is not running. Start it first: npm start\n');
    process.exit(2);
  }
  const running = JSON.parse(readFileSync(runFile, 'utf8')) as ProcessInfo[];
  const urlOf = (process: string) => running.find(({ name }) => name === process)?.url ?? '';
  const keys = join(folder, 'keys');
  return {
    folder,
    storeEnv(service) {
      const eventBus = urlOf(brokerNames.jetstream) ? 'jetstream' : 'nats-streaming';
      const passwords = JSON.parse(readFileSync(join(keys, 'broker.json'), 'utf8')) as BrokerPasswords;
      return {
        EVENT_BUS: eventBus,
        NATS_URL: brokerUrlFor(urlOf(brokerNames[eventBus]), OPERATOR, passwords),
        NATS_CLIENT_ID: service,
        REDIS_URL: urlOf('redis'),
        MONGO_URI: urlOf(`mongod-${service}`),
      };
    },
    stripeEnv(): Env {
      const emulator = urlOf('emulator');
      return emulator ? { STRIPE_KEY: readKeys(keys).stripe.secretKey, STRIPE_API_BASE: emulator } : {};
    },
  };
}

/** Runs a program of the repository from its source in this terminal; this process then exits with its status. */
export function runProgram(file: string, args: string[], env: NodeJS.ProcessEnv): void {
  const node = ['--import', 'tsx', '--conditions=source', join(root, file), ...args];
  process.exitCode = spawnSync(process.execPath, node, { env, stdio: 'inherit' }).status ?? 1;
}
