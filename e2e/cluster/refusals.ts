import type { Cluster } from './kubectl.ts';

const web = ['auth', 'tickets', 'orders', 'payments'];
const stores = ['auth-mongo', 'tickets-mongo', 'orders-mongo', 'payments-mongo'];

/** Every Service with its port. */
const targets: Record<string, number> = {
  ...Object.fromEntries([...web, 'client', 'expiration', 'stripe-emulator'].map((name) => [name, 3000])),
  ...Object.fromEntries(stores.map((name) => [name, 27017])),
  'expiration-redis': 6379,
  nats: 4222,
};

/** Who may call whom, as docs/architecture.md draws it. */
const allowed: Record<string, string[]> = {
  client: web,
  auth: ['auth-mongo', 'nats'],
  tickets: ['tickets-mongo', 'nats'],
  orders: ['orders-mongo', 'nats'],
  payments: ['payments-mongo', 'nats', 'stripe-emulator'],
  expiration: ['expiration-redis', 'nats'],
};

const probe = `
const net = require('node:net');
const targets = JSON.parse(process.argv[1]);
Promise.all(Object.entries(targets).map(([name, port]) => new Promise((resolve) => {
  const socket = net.connect({ host: name + '-srv', port });
  const end = (open) => { socket.destroy(); resolve(open ? [name] : []); };
  socket.setTimeout(3000, () => end(false)).on('connect', () => end(true)).on('error', () => end(false));
}))).then((open) => console.log(JSON.stringify(open.flat().sort())));`;

/** Tries every connection from every program; gives back how many were tried and which went against the policies. */
export async function tryConnections(
  cluster: Cluster,
): Promise<{ tried: number; refused: number; wrong: string[] }> {
  const results = await Promise.all(
    Object.entries(allowed).map(async ([from, may]) => {
      const node = ['/nodejs/bin/node', '-e', probe, JSON.stringify(targets)];
      const output = await cluster.kubectl('exec', `deployment/${from}-depl`, '--', ...node);
      const open = JSON.parse(output) as string[];
      return {
        refused: Object.keys(targets).length - open.length,
        wrong: [
          ...open.filter((to) => !may.includes(to)).map((to) => `${from} reaches ${to}`),
          ...may.filter((to) => !open.includes(to)).map((to) => `${from} does not reach ${to}`),
        ],
      };
    }),
  );
  return {
    tried: results.length * Object.keys(targets).length,
    refused: results.reduce((sum, { refused }) => sum + refused, 0),
    wrong: results.flatMap(({ wrong }) => wrong),
  };
}
