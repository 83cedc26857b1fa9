import { brokerUrlFor } from './broker-users.ts';
import type { ServiceName } from './build.ts';
import { services } from './build.ts';
import type { Targets } from './forwarder.ts';
import type { Program } from './managed-process.ts';
import { addressesOf } from './managed-process.ts';
import { prometheusProgram } from './monitoring/prometheus.ts';
import { clientProgram, emulatorProgram, nodeProgram, routerProgram } from './node-programs.ts';
import type { Env, Plan } from './plan.ts';
import { brokerNames, CLUSTER_ID } from './plan.ts';
import { freePort } from './ports.ts';
import { httpEnv, stripeEnv } from './program-env.ts';
import { describeStores } from './store-programs.ts';

export type Programs = { stores: Program[]; programs: Program[]; router: Program; targets: Targets };

/** Every process of the system with its address and its complete environment. */
export async function describePrograms(plan: Plan): Promise<Programs> {
  const addresses = await chooseAddresses(plan);
  const { replicas, emulatorUrl, clientUrl, publicUrl } = addresses;
  const stores = await describeStores(plan);
  const programs = await Promise.all(
    replicas.map((replica) => serviceProgram(plan, replica, addresses, stores)),
  );
  if (emulatorUrl) {
    const webhookUrl = `${serviceUrl('payments', addresses)}/api/payments/webhook`;
    programs.push(
      emulatorProgram(plan, {
        url: emulatorUrl,
        webhookUrl: await wrap(plan, 'emulator', 'payments', webhookUrl),
        publicUrl,
      }),
    );
  }
  if (clientUrl) {
    programs.push(clientProgram(plan, clientUrl, (service) => serviceUrl(service, addresses)));
  }
  if (plan.prometheus) {
    const measured = replicas.map(({ name, service, url }) => ({ pod: name, job: service, url }));
    programs.push(await prometheusProgram(plan, plan.prometheus, measured));
  }
  const targets = routerTargets(addresses);
  return { stores, programs, router: routerProgram(plan, publicUrl, targets), targets };
}

type Replica = { name: string; service: ServiceName; index: number; url: string };

type Addresses = {
  replicas: Replica[];
  publicUrl: string;
  /** Undefined with a real Stripe account. */
  emulatorUrl: string | undefined;
  /** Undefined in a system without the web client. */
  clientUrl: string | undefined;
};

async function chooseAddresses(plan: Plan): Promise<Addresses> {
  return {
    replicas: await placeReplicas(plan),
    publicUrl: `http://localhost:${plan.port}`,
    emulatorUrl: plan.stripe ? undefined : await localUrl(),
    clientUrl: plan.client === false ? undefined : await localUrl(),
  };
}

async function placeReplicas({ replicas = {} }: Plan): Promise<Replica[]> {
  const places = services.flatMap((service) => {
    const count = replicas[service] ?? 1;
    const indexes = Array.from({ length: count }, (_, position) => position + 1);
    return indexes.map((index) => ({ name: count === 1 ? service : `${service}-${index}`, service, index }));
  });
  return Promise.all(places.map(async (place) => ({ ...place, url: await localUrl() })));
}

async function localUrl(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}`;
}

async function serviceProgram(
  plan: Plan,
  { name, service, index, url }: Replica,
  { emulatorUrl }: Addresses,
  stores: Program[],
): Promise<Program> {
  const broker = brokerNames[plan.eventBus];
  const storeUrl = (store: string) =>
    wrap(plan, name, store, stores.flatMap(addressesOf).find((each) => each.name === store)?.url ?? '');
  const { monitorUrl } = stores.find((each) => each.name === broker) ?? {};
  const env: Env = {
    EVENT_BUS: plan.eventBus,
    NATS_URL: brokerUrlFor(await storeUrl(broker), service, plan.brokerPasswords),
    NATS_CLUSTER_ID: CLUSTER_ID,
    NATS_CLIENT_ID: `${service}-${index}`,
    ...(monitorUrl ? { NATS_MONITOR_URL: monitorUrl } : {}),
  };
  if (service === 'expiration') env.REDIS_URL = await storeUrl('redis');
  else Object.assign(env, httpEnv(plan), { MONGO_URI: await storeUrl(`mongod-${service}`) });
  if (service === 'auth') env.JWT_PRIVATE_KEY_FILE = plan.keys.privateKeyFile;
  if (service === 'payments') {
    Object.assign(env, stripeEnv(plan, emulatorUrl && (await wrap(plan, name, 'emulator', emulatorUrl))));
  }
  const root = plan.folderOf?.(name) ?? plan.root;
  return nodeProgram({ ...plan, root }, { name, program: service, folder: service, url, env });
}

/** The address of a service: its only replica, or the router, which balances between several. */
function serviceUrl(service: ServiceName, { replicas, publicUrl }: Addresses): string {
  const [first, ...others] = replicas.filter((replica) => replica.service === service);
  return first && others.length === 0 ? first.url : publicUrl;
}

function routerTargets({ replicas, clientUrl, emulatorUrl }: Addresses): Targets {
  const targets: Targets = {
    'client-srv': clientUrl ? [clientUrl] : [],
    'stripe-emulator-srv': emulatorUrl ? [emulatorUrl] : [],
  };
  for (const { service, url } of replicas) (targets[`${service}-srv`] ??= []).push(url);
  return targets;
}

async function wrap({ wrapUrl }: Plan, from: string, to: string, url: string): Promise<string> {
  return (await wrapUrl?.({ from, to, url })) ?? url;
}
