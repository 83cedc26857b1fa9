import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokerUsersConfig } from './broker-users.ts';
import type { ServiceName } from './build.ts';
import { mongoServices } from './build.ts';
import type { Program } from './managed-process.ts';
import { repairDamagedFiles } from './nats-repair.ts';
import type { Env, Plan } from './plan.ts';
import { brokerNames, CLUSTER_ID } from './plan.ts';
import { accepts, freePort, isOk } from './ports.ts';
import { inheritedEnv } from './program-env.ts';
import type { StoreOptions } from './stores.ts';
import {
  mongodArgs,
  natsServerArgs,
  natsServerConfig,
  natsStreamingArgs,
  natsStreamingEnv,
  redisArgs,
} from './stores.ts';

/** One mongod for each service that uses MongoDB, or one for all of them, one Redis and the broker. */
export function describeStores(plan: Plan): Promise<Program[]> {
  const { paths, eventBus } = plan;
  const mongods = plan.sharedMongod
    ? [describeSharedMongod(plan)]
    : mongoServices.map((service) =>
        describeStore(plan, {
          name: mongodOf(service),
          command: paths.mongod,
          urlOf: (port) => `${mongoUrl(port)}/${service}`,
          args: mongodArgs,
        }),
      );
  const redis = describeStore(plan, {
    name: 'redis',
    command: paths['redis-server'],
    urlOf: (port) => `redis://127.0.0.1:${port}`,
    args: redisArgs,
  });
  const broker = eventBus === 'jetstream' ? describeNatsServer(plan) : describeNatsStreaming(plan);
  return Promise.all([...mongods, redis, broker]);
}

const mongodOf = (service: ServiceName) => `mongod-${service}`;
const mongoUrl = (port: number) => `mongodb://127.0.0.1:${port}`;

async function describeSharedMongod(plan: Plan): Promise<Program> {
  const command = plan.paths.mongod;
  const mongod = await describeStore(plan, { name: 'mongod', command, urlOf: mongoUrl, args: mongodArgs });
  const databases = mongoServices.map((service) => ({
    name: mongodOf(service),
    url: `${mongod.url}/${service}`,
  }));
  return { ...mongod, databases };
}

type Store = {
  name: string;
  command: string;
  urlOf: (port: number) => string;
  args: (options: StoreOptions) => string[];
  env?: Env;
};

async function describeStore(
  { folder, root }: Plan,
  { name, command, urlOf, args, env }: Store,
): Promise<Program> {
  const port = await freePort();
  const data = join(folder, 'data', name);
  mkdirSync(data, { recursive: true });
  return {
    name,
    command,
    args: args({ data, port }),
    cwd: root,
    env: { ...inheritedEnv(), ...env },
    url: urlOf(port),
    isReady: () => accepts(port),
  };
}

const natsUrl = (port: number) => `nats://127.0.0.1:${port}`;

function usersConfig({ eventBus, brokerPasswords }: Plan): string {
  return brokerUsersConfig(eventBus, (user) => JSON.stringify(brokerPasswords[user]));
}

async function describeNatsServer(plan: Plan): Promise<Program> {
  const monitorPort = await freePort();
  const nats = await describeStore(plan, {
    name: brokerNames.jetstream,
    command: plan.paths['nats-server'],
    urlOf: natsUrl,
    args: ({ data, port }) => {
      const config = join(data, 'nats.conf');
      writeFileSync(config, natsServerConfig(data) + usersConfig(plan), { mode: 0o600 });
      return natsServerArgs({ config, port, monitorPort });
    },
  });
  const monitorUrl = `http://127.0.0.1:${monitorPort}`;
  return { ...nats, monitorUrl, isReady: () => isOk(`${monitorUrl}/healthz`) };
}

async function describeNatsStreaming(plan: Plan): Promise<Program> {
  const monitorPort = await freePort();
  const nats = await describeStore(plan, {
    name: brokerNames['nats-streaming'],
    command: plan.paths['nats-streaming-server'],
    urlOf: natsUrl,
    args: (options) => {
      const config = join(plan.folder, 'keys', 'nats-streaming.conf');
      writeFileSync(config, usersConfig(plan), { mode: 0o600 });
      return natsStreamingArgs({ ...options, clusterId: CLUSTER_ID, monitorPort, config });
    },
    env: natsStreamingEnv,
  });
  // Its port opens before the messages are recovered; this page responds only after that.
  const monitorUrl = `http://127.0.0.1:${monitorPort}`;
  const isReady = () => isOk(`${monitorUrl}/streaming/serverz`);
  return { ...nats, monitorUrl, isReady, beforeRestart: (log) => repairDamagedFiles(nats, log) };
}
