import type { Cluster } from './kubectl.ts';

const web = ['auth', 'tickets', 'orders', 'payments'];
const stores = ['auth-mongo', 'tickets-mongo', 'orders-mongo', 'payments-mongo'];

/** Every Service with its port, and something that listens outside the namespace. */
function addresses(namespace: string, brokers: string[]): Record<string, [host: string, port: number]> {
  const ports = {
    ...Object.fromEntries([...web, 'client', 'expiration', 'stripe-emulator'].map((name) => [name, 3000])),
    ...Object.fromEntries(stores.map((name) => [name, 27017])),
    'expiration-redis': 6379,
    ...Object.fromEntries(brokers.map((name) => [name, 4222])),
  };
  return {
    ...Object.fromEntries(
      Object.entries(ports).map(([name, port]) => [name, [`${name}-srv.${namespace}`, port]]),
    ),
    kubernetes: ['kubernetes.default', 443],
  };
}

/** Who may call whom, as docs/architecture.md draws it. */
function allowedBy(brokers: string[]): Record<string, string[]> {
  return {
    client: web,
    auth: ['auth-mongo', ...brokers],
    tickets: ['tickets-mongo', ...brokers],
    orders: ['orders-mongo', ...brokers],
    payments: ['payments-mongo', 'stripe-emulator', ...brokers],
    expiration: ['expiration-redis', ...brokers],
    'stripe-emulator': ['payments'],
  };
}

const probe = `
const net = require('node:net');
const targets = JSON.parse(process.argv[1]);
Promise.all(Object.entries(targets).map(([name, [host, port]]) => new Promise((resolve) => {
  const socket = net.connect({ host, port });
  const end = (open) => { socket.destroy(); resolve(open ? [name] : []); };
  socket.setTimeout(3000, () => end(false)).on('connect', () => end(true)).on('error', () => end(false));
}))).then((open) => console.log(JSON.stringify(open.flat().sort())));`;

/**
 * Tries every connection from every program, and from a pod of another namespace that no policy keeps in, so that what
 * is refused there is refused by who is called. Gives back how many were tried and which went against the policies.
 */
export async function tryConnections(
  cluster: Cluster,
  brokers: string[],
): Promise<{ tried: number; refused: number; wrong: string[] }> {
  const targets = addresses(cluster.namespace, brokers);
  const node = ['/nodejs/bin/node', '-e', probe, JSON.stringify(targets)];
  const attempts = Object.entries(allowedBy(brokers)).map(async ([from, may]) => {
    const pod = from === 'stripe-emulator' ? `statefulset/${from}` : `deployment/${from}-depl`;
    return judge(from, may, await cluster.kubectl('exec', pod, '--', ...node));
  });
  const results = await Promise.all([
    ...attempts,
    fromElsewhere(cluster, node).then((output) => judge('a stranger', ['kubernetes'], output)),
  ]);
  return {
    tried: results.length * Object.keys(targets).length,
    refused: results.length * Object.keys(targets).length - results.reduce((sum, { open }) => sum + open, 0),
    wrong: results.flatMap(({ wrong }) => wrong),
  };
}

function judge(from: string, may: string[], output: string): { open: number; wrong: string[] } {
  const open = JSON.parse(output) as string[];
  return {
    open: open.length,
    wrong: [
      ...open.filter((to) => !may.includes(to)).map((to) => `${from} reaches ${to}`),
      ...may.filter((to) => !open.includes(to)).map((to) => `${from} does not reach ${to}`),
    ],
  };
}

/** What the command prints in a pod of the namespace `default`. */
async function fromElsewhere({ kubectl }: Cluster, command: string[]): Promise<string> {
  const [inDefault, name] = ['--namespace=default', 'stranger'];
  const path = 'jsonpath={.spec.template.spec.containers[0].image}';
  const image = await kubectl('get', 'deployment/tickets-depl', '--output', path);
  const options = [`--image=${image}`, '--image-pull-policy=IfNotPresent', '--restart=Never'];
  await kubectl(inDefault, 'delete', 'pod', name, '--ignore-not-found');
  try {
    await kubectl(inDefault, 'run', name, ...options, '--command', '--', ...command);
    const done = '--for=jsonpath={.status.phase}=Succeeded';
    await kubectl(inDefault, 'wait', `pod/${name}`, done, '--timeout=60s');
    return await kubectl(inDefault, 'logs', name);
  } finally {
    await kubectl(inDefault, 'delete', 'pod', name, '--ignore-not-found', '--wait=false');
  }
}
