import type { Cluster } from './kubectl.ts';

const web = ['auth', 'tickets', 'orders', 'payments'];
const stores = ['auth-mongo', 'tickets-mongo', 'orders-mongo', 'payments-mongo'];

type Address = [host: string, port: number];

/** The address of every Service. */
function addresses(namespace: string, broker: string): Record<string, Address> {
  const ports = {
    ...Object.fromEntries([...web, 'client', 'expiration', 'stripe-emulator'].map((name) => [name, 3000])),
    ...Object.fromEntries(stores.map((name) => [name, 27017])),
    'expiration-redis': 6379,
    [broker]: 4222,
  };
  return Object.fromEntries(
    Object.entries(ports).map(([name, port]): [string, Address] => [
      name,
      [`${name}-srv.${namespace}`, port],
    ]),
  );
}

/** Which program may call which, as in docs/architecture.md. */
function allowedBy(broker: string): Record<string, string[]> {
  return {
    client: web,
    auth: ['auth-mongo', broker],
    tickets: ['tickets-mongo', broker],
    orders: ['orders-mongo', broker],
    payments: ['payments-mongo', 'stripe-emulator', broker],
    expiration: ['expiration-redis', broker],
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
 * Tries every connection between the programs, and from and to a pod of another namespace. No policy applies to that pod,
 * so a refusal shows that the policy of the other side works. Returns the counts and the connections that contradict
 * the policies.
 */
export async function checkNetworkPolicies(
  cluster: Cluster,
  broker: string,
): Promise<{ tried: number; refused: number; wrong: string[] }> {
  return withForeignPod(cluster, async (foreign, runInPod) => {
    const targets = { ...addresses(cluster.namespace, broker), foreign };
    const node = ['/nodejs/bin/node', '-e', probe, JSON.stringify(targets)];
    const attempts = Object.entries(allowedBy(broker)).map(async ([from, may]) => {
      const pod = from === 'stripe-emulator' ? `statefulset/${from}` : `deployment/${from}-depl`;
      return compareWithPolicies(from, may, await cluster.kubectl('exec', pod, '--', ...node));
    });
    const results = await Promise.all([
      ...attempts,
      runInPod(node).then((output) => compareWithPolicies('foreign', ['foreign'], output)),
    ]);
    const tried = results.length * Object.keys(targets).length;
    return {
      tried,
      refused: tried - results.reduce((sum, { open }) => sum + open, 0),
      wrong: results.flatMap(({ wrong }) => wrong),
    };
  });
}

function compareWithPolicies(from: string, may: string[], output: string): { open: number; wrong: string[] } {
  const open = JSON.parse(output) as string[];
  return {
    open: open.length,
    wrong: [
      ...open.filter((to) => !may.includes(to)).map((to) => `${from} reaches ${to}`),
      ...may.filter((to) => !open.includes(to)).map((to) => `${from} does not reach ${to}`),
    ],
  };
}

/** Runs a listening pod in the namespace `default` for as long as `use` takes. */
async function withForeignPod<T>(
  { kubectl }: Cluster,
  use: (address: Address, run: (command: string[]) => Promise<string>) => Promise<T>,
): Promise<T> {
  const [inDefault, name, port] = ['--namespace=default', 'foreign', 8080];
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
