import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { clientServer, mongoServices, services } from './build.ts';
import type { ServiceName } from './build.ts';
import type { Keys } from './keys.ts';
import { repairAfterTornTail } from './nats-repair.ts';
import { accepts, freePort } from './ports.ts';
import type { Targets } from './router.ts';
import type { ServerName } from './servers/server.ts';
import { mongodArgs, natsServerArgs, natsServerConfig, natsStreamingArgs, redisArgs } from './stores.ts';
import type { Program } from './supervisor.ts';
import type { EventBusName, ProgramName, SystemOptions } from './system-options.ts';

type Plan = SystemOptions & {
  root: string;
  port: number;
  paths: Record<ServerName, string>;
  keys: Keys;
  eventBus: EventBusName;
};
type Env = Record<string, string>;

const CLUSTER_ID = 'ticketing';
/** What the broker's process is called, by the event bus that it is for. */
export const brokerNames = { 'nats-streaming': 'nats-streaming', jetstream: 'nats' } as const;

/** Of the runner's own environment a program gets these, and besides them only what contract.md lists. */
const inherited = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'NODE_EXTRA_CA_CERTS'];

/** Every process of the system, with its addresses chosen and its environment complete. */
export async function describePrograms(
  plan: Plan,
): Promise<{ stores: Program[]; programs: Program[]; router: Program }> {
  const stores = await describeStores(plan);
  const broker = brokerNames[plan.eventBus];
  const replicas = await placeReplicas(plan);
  const emulatorUrl = plan.stripe ? undefined : await localUrl();
  const clientUrl = plan.client === false ? undefined : await localUrl();
  const publicUrl = `http://localhost:${plan.port}`;
  const wrap = async (from: string, to: string, url: string) =>
    (await plan.wrapUrl?.({ from, to, url })) ?? url;
  const urlOf = (name: string) => stores.find((store) => store.name === name)?.url ?? '';

  /** Where a program finds a service: itself, or the router where there are several to take turns. */
  const serviceUrl = (service: ServiceName) => {
    const all = replicas.filter((replica) => replica.service === service);
    return all.length === 1 && all[0] ? all[0].url : publicUrl;
  };

  const programs = await Promise.all(
    replicas.map(async ({ name, service, index, url }) => {
      const env: Env = {
        EVENT_BUS: plan.eventBus,
        NATS_URL: await wrap(name, broker, urlOf(broker)),
        NATS_CLUSTER_ID: CLUSTER_ID,
        NATS_CLIENT_ID: `${service}-${index}`,
      };
      if (service === 'expiration') env.REDIS_URL = await wrap(name, 'redis', urlOf('redis'));
      else
        Object.assign(env, httpEnv(plan), {
          MONGO_URI: await wrap(name, `mongod-${service}`, urlOf(`mongod-${service}`)),
        });
      if (service === 'auth') env.JWT_PRIVATE_KEY_FILE = plan.keys.privateKeyFile;
      if (service === 'payments') {
        Object.assign(env, stripeEnv(plan, emulatorUrl && (await wrap(name, 'emulator', emulatorUrl))));
      }
      return nodeProgram(plan, { name, program: service, folder: service, url, env });
    }),
  );
  if (emulatorUrl) programs.push(await emulatorProgram());
  if (clientUrl) programs.push(clientProgram(plan, clientUrl, serviceUrl));

  async function emulatorProgram(): Promise<Program> {
    const { secretKey, webhookSecret } = plan.keys.stripe;
    const stateFile = join(plan.folder, 'data/emulator/state.json');
    mkdirSync(dirname(stateFile), { recursive: true });
    const env = {
      STATE_FILE: stateFile,
      STRIPE_KEY: secretKey,
      STRIPE_WEBHOOK_SECRET: webhookSecret,
      WEBHOOK_URL: await wrap('emulator', 'payments', `${serviceUrl('payments')}/api/payments/webhook`),
      PUBLIC_ORIGIN: publicUrl,
    };
    return nodeProgram(plan, {
      name: 'emulator',
      program: 'emulator',
      folder: 'infra/stripe',
      url: emulatorUrl ?? '',
      env,
    });
  }

  const targets: Targets = {
    'client-srv': clientUrl ? [clientUrl] : [],
    'stripe-emulator-srv': emulatorUrl ? [emulatorUrl] : [],
  };
  for (const { service, url } of replicas) (targets[`${service}-srv`] ??= []).push(url);
  return { stores, programs, router: routerProgram(plan, publicUrl, targets) };
}

async function describeStores({ folder, paths, root, eventBus }: Plan): Promise<Program[]> {
  const describe = async (
    name: string,
    command: string,
    scheme: string,
    path: string,
    args: (data: string, port: number) => string[],
  ) => {
    const port = await freePort();
    const data = join(folder, 'data', name);
    mkdirSync(data, { recursive: true });
    return {
      name,
      command,
      args: args(data, port),
      cwd: root,
      env: inheritedEnv(),
      url: `${scheme}://127.0.0.1:${port}${path}`,
      isReady: () => accepts(port),
    };
  };
  const mongods = mongoServices.map((service) =>
    describe(`mongod-${service}`, paths.mongod, 'mongodb', `/${service}`, (data, port) =>
      mongodArgs({ data, port }),
    ),
  );
  const redis = describe('redis', paths['redis-server'], 'redis', '', (data, port) =>
    redisArgs({ data, port }),
  );
  const broker = eventBus === 'jetstream' ? describeNatsServer() : describeNatsStreaming();
  return Promise.all([...mongods, redis, broker]);

  async function describeNatsServer(): Promise<Program> {
    const monitorPort = await freePort();
    const nats = await describe(brokerNames.jetstream, paths['nats-server'], 'nats', '', (data, port) => {
      const config = join(data, 'nats.conf');
      writeFileSync(config, natsServerConfig(data));
      return natsServerArgs({ config, port, monitorPort });
    });
    return { ...nats, isReady: () => isOk(`http://127.0.0.1:${monitorPort}/healthz`) };
  }

  async function describeNatsStreaming(): Promise<Program> {
    const monitorPort = await freePort();
    const command = paths['nats-streaming-server'];
    const flags = (data: string, port: number) =>
      natsStreamingArgs({ data, port, clusterId: CLUSTER_ID, monitorPort });
    const nats = await describe(brokerNames['nats-streaming'], command, 'nats', '', flags);
    // The port is open before the messages are recovered; this page is not there until they are.
    const isReady = () => isOk(`http://127.0.0.1:${monitorPort}/streaming/serverz`);
    return { ...nats, isReady, beforeRestart: (log) => repairAfterTornTail(nats, log) };
  }
}

type Replica = { name: string; service: ServiceName; index: number; url: string };

async function placeReplicas({ replicas = {} }: Plan): Promise<Replica[]> {
  const places = services.flatMap((service) => {
    const count = replicas[service] ?? 1;
    const indexes = Array.from({ length: count }, (_, position) => position + 1);
    return indexes.map((index) => ({ name: count === 1 ? service : `${service}-${index}`, service, index }));
  });
  return Promise.all(places.map(async (place) => ({ ...place, url: await localUrl() })));
}

function httpEnv({ port, keys }: Plan): Env {
  return {
    JWT_PUBLIC_KEY_FILE: keys.publicKeyFile,
    COOKIE_SECURE: 'false',
    TRUST_PROXY: '1',
    PUBLIC_ORIGIN: `http://localhost:${port},http://127.0.0.1:${port}`,
  };
}

function stripeEnv({ stripe, keys }: Plan, emulatorUrl: string | undefined): Env {
  const { secretKey, publishableKey, webhookSecret } = stripe ?? keys.stripe;
  return {
    STRIPE_KEY: secretKey,
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    ...(publishableKey ? { STRIPE_PUBLISHABLE_KEY: publishableKey } : {}),
    ...(emulatorUrl ? { STRIPE_API_BASE: emulatorUrl, ALLOW_TEST_PAYMENTS: 'true' } : {}),
  };
}

/** As in the cluster. With room for gigabytes V8 lets garbage pile up to several times of what is in use. */
const memoryFlags = ['--max-old-space-size=288', '--max-semi-space-size=2'];

const FIRST_INSPECTOR_PORT = 9230;

/** Where a debugger attaches to a service: fixed, so that `.vscode/launch.json` can name it. */
export function inspectorPort(service: ServiceName): number {
  return FIRST_INSPECTOR_PORT + services.indexOf(service);
}

type NodeProgram = { name: string; program: ProgramName; folder: string; url: string; env: Env };

function nodeProgram(plan: Plan, { name, program, folder, url, env }: NodeProgram): Program {
  const { root, watch, inspect = [] } = plan;
  const inspector = inspect
    .filter((service) => service === program)
    .map((service) => `--inspect=127.0.0.1:${inspectorPort(service)}`);
  const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
  const args = watch
    ? [tsx, 'watch', ...inspector, '--conditions=source', 'src/index.ts']
    : [...memoryFlags, ...inspector, 'dist/index.js'];
  const isReady = () => isOk(`${url}/healthz/ready`);
  return {
    name,
    command: process.execPath,
    args,
    cwd: join(root, folder),
    env: nodeEnv(plan, program, url, env),
    url,
    isReady,
  };
}

function clientProgram(plan: Plan, url: string, serviceUrl: (service: ServiceName) => string): Program {
  const { root, watch, port } = plan;
  const own = {
    AUTH_URL: serviceUrl('auth'),
    TICKETS_URL: serviceUrl('tickets'),
    ORDERS_URL: serviceUrl('orders'),
    PAYMENTS_URL: serviceUrl('payments'),
    PUBLIC_ORIGIN: `http://localhost:${port}`,
    HOSTNAME: '127.0.0.1',
    KEEP_ALIVE_TIMEOUT: '75000',
    NEXT_TELEMETRY_DISABLED: '1',
  };
  const dev = [
    join(root, 'node_modules/next/dist/bin/next'),
    'dev',
    '-H',
    '127.0.0.1',
    '-p',
    new URL(url).port,
  ];
  return {
    name: 'client',
    command: process.execPath,
    args: watch ? dev : [clientServer(root)],
    cwd: join(root, 'client'),
    env: nodeEnv(plan, 'client', url, own),
    url,
    isReady: () => isOk(`${url}/healthz/ready`),
  };
}

function routerProgram(plan: Plan, url: string, targets: Targets): Program {
  const { root, port } = plan;
  const own = { TARGETS: JSON.stringify(targets), ROOT: root };
  return {
    name: 'router',
    command: process.execPath,
    args: ['--import', 'tsx', join(root, 'infra/local/src/router-program.ts')],
    cwd: root,
    env: nodeEnv(plan, 'router', `http://127.0.0.1:${port}`, own),
    url,
    isReady: () => accepts(port),
  };
}

function nodeEnv(plan: Plan, program: ProgramName, url: string, own: Env): Env {
  const { LOG_LEVEL, RESERVATION_SECONDS } = process.env;
  return {
    ...inheritedEnv(),
    NODE_ENV: plan.watch
      ? 'development'
      : program === 'client'
        ? 'production'
        : (plan.nodeEnv ?? 'production'),
    HOST: '127.0.0.1',
    PORT: new URL(url).port,
    ...(LOG_LEVEL ? { LOG_LEVEL } : {}),
    ...(RESERVATION_SECONDS && program === 'orders' ? { RESERVATION_SECONDS } : {}),
    ...own,
    ...plan.env?.all,
    ...plan.env?.[program],
  };
}

function inheritedEnv(): Env {
  return Object.fromEntries(
    inherited.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  );
}

async function localUrl(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}`;
}

async function isOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
