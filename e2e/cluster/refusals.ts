import type { Cluster } from './kubectl.ts';

const web = ['auth', 'tickets', 'orders', 'payments'];
const stores = ['auth-mongo', 'tickets-mongo', 'orders-mongo', 'payments-mongo'];

type Address = [host: string, port: number];

/** Every Service with its port. */
function addresses(namespace: string, brokers: string[]): Record<string, Address> {
  const ports = {
    ...Object.fromEntries([...web, 'client', 'expiration', 'stripe-emulator'].map((name) => [name, 3000])),
    ...Object.fromEntries(stores.map((name) => [name, 27017])),
    'expiration-redis': 6379,
    ...Object.fromEntries(brokers.map((name) => [name, 4222])),
  };
  return Object.fromEntries(
    Object.entries(ports).map(([name, port]): [string, Address] => [
      name,
      [`${name}-srv.${namespace}`, port],
    ]),
  );
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
 * Tries every connection from every program, and those from and to a pod of another namespace: no policy keeps that one in
 * or others out, so that what is refused is seen to be refused by who is called, and by who calls. Gives back how many
 * were tried and which went against the policies.
 */
export async function tryConnections(
  cluster: Cluster,
  brokers: string[],
): Promise<{ tried: number; refused: number; wrong: string[] }> {
  return withStranger(cluster, async (stranger, fromStranger) => {
    const targets = { ...addresses(cluster.namespace, brokers), stranger };
    const node = ['/nodejs/bin/node', '-e', probe, JSON.stringify(targets)];
    const attempts = Object.entries(allowedBy(brokers)).map(async ([from, may]) => {
      const pod = from === 'stripe-emulator' ? `statefulset/${from}` : `deployment/${from}-depl`;
      return judge(from, may, await cluster.kubectl('exec', pod, '--', ...node));
    });
    const results = await Promise.all([
      ...attempts,
      fromStranger(node).then((output) => judge('stranger', ['stranger'], output)),
    ]);
    const tried = results.length * Object.keys(targets).length;
    return {
      tried,
      refused: tried - results.reduce((sum, { open }) => sum + open, 0),
      wrong: results.flatMap(({ wrong }) => wrong),
    };
  });
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

/** A pod of the namespace `default` that listens. */
async function withStranger<T>(
  { kubectl }: Cluster,
  use: (address: Address, run: (command: string[]) => Promise<string>) => Promise<T>,
): Promise<T> {
  const [inDefault, name, port] = ['--namespace=default', 'stranger', 8080];
  const image = 'jsonpath={.spec.template.spec.containers[0].image}';
  const options = [
    `--image=${await kubectl('get', 'deployment/tickets-depl', '--output', image)}`,
    '--image-pull-policy=IfNotPresent',
    '--restart=Never',
  ];
  const listen = ['/nodejs/bin/node', '-e', `require('node:net').createServer().listen(${port})`];
  const remove = () => kubectl(inDefault, 'delete', 'pod', name, '--ignore-not-found', '--grace-period=0');
  await remove();
  try {
    await kubectl(inDefault, 'run', name, ...options, '--command', '--', ...listen);
    await kubectl(inDefault, 'wait', `pod/${name}`, '--for=condition=Ready', '--timeout=60s');
    const address = await kubectl(inDefault, 'get', 'pod', name, '--output', 'jsonpath={.status.podIP}');
    return await use([address, port], (command) => kubectl(inDefault, 'exec', name, '--', ...command));
  } finally {
    await remove();
  }
}
