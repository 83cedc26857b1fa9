import { closedLoop } from '../load.ts';
import type { Load } from '../load.ts';
import type { Scenario } from '../scenario.ts';
import { listing } from '../world.ts';
import type { Person, World } from '../world.ts';

const CONNECTIONS = 32;
const RUSH = 64;

const order = (world: World, buyer: Person, ticketId: string) => ({
  method: 'POST' as const,
  url: world.url('orders', '/api/orders'),
  cookie: buyer.cookie,
  body: { ticketId },
});

const at = <T>(items: T[], index: number) => items[index % items.length] as T;

async function floorListing(world: World, many: number): Promise<string[]> {
  const [seller] = await world.people(1);
  const ids: string[] = [];
  await closedLoop({
    connections: CONNECTIONS,
    total: many,
    call: (index) => ({ ...listing(world, seller as Person, index), url: `${world.floor?.url}/tickets` }),
    isGood: ({ body }) => ids.push((JSON.parse(body) as { _id: string })._id) > 0,
  });
  return ids;
}

const floorOrder = (world: World, ticketId: string) => ({
  method: 'POST' as const,
  url: `${world.floor?.url}/orders`,
  body: { ticketId },
});

/** Everybody wants the same ticket. Every answer is good, the winner's and the refusals; one winner is a must. */
export async function rush(world: World, buyers: Person[], ticketId: string): Promise<Load> {
  const load = await closedLoop({
    connections: RUSH,
    total: buyers.length,
    call: (index) => order(world, at(buyers, index), ticketId),
    isGood: ({ status }) => status === 201 || status === 409,
  });
  const winners = load.answers['201'] ?? 0;
  if (winners !== 1)
    throw new Error(`${winners} people got the same ticket: ${JSON.stringify(load.answers)}`);
  return load;
}

export const writes: Scenario[] = [
  {
    name: 'create',
    what: 'POST /api/tickets, until orders has its copy',
    goals: { cpu: 0.5 },
    async prepare(world) {
      const [seller] = await world.people(1);
      const total = world.count(2_000, 400);
      return () =>
        closedLoop({
          connections: CONNECTIONS,
          total,
          call: (index) => listing(world, seller as Person, index),
        });
    },
    floor: async (world) => async () => {
      const [seller] = await world.people(1);
      return closedLoop({
        connections: CONNECTIONS,
        total: world.count(2_000, 400),
        call: (index) => ({ ...listing(world, seller as Person, index), url: `${world.floor?.url}/tickets` }),
      });
    },
  },
  {
    name: 'order',
    what: 'POST /api/orders, each for a ticket of its own, until it is reserved, timed and known to payments',
    goals: { cpu: 1.5 },
    async prepare(world) {
      const buyers = (await world.people(101)).slice(1);
      const total = world.count(1_000, 300);
      const ids = await world.tickets(total * (world.rounds + 1));
      return () => {
        const mine = ids.splice(0, total);
        return closedLoop({
          connections: CONNECTIONS,
          total,
          call: (index) => order(world, at(buyers, index), mine[index] ?? ''),
        });
      };
    },
    async floor(world) {
      const total = world.count(1_000, 300);
      const ids = await floorListing(world, total * (world.rounds + 1));
      return () => {
        const mine = ids.splice(0, total);
        return closedLoop({
          connections: CONNECTIONS,
          total,
          call: (index) => floorOrder(world, mine[index] ?? ''),
        });
      };
    },
  },
  {
    name: 'hot-ticket',
    what: 'POST /api/orders, 1,000 people for one ticket, 64 at a time',
    goals: { cpu: 0.35 },
    async prepare(world) {
      const buyers = (await world.people(1_001)).slice(1);
      const ids = await world.tickets(world.rounds + 1);
      return () => rush(world, buyers, ids.pop() ?? '');
    },
    async floor(world) {
      const ids = await floorListing(world, world.rounds + 1);
      return () => {
        const id = ids.pop() ?? '';
        return closedLoop({
          connections: RUSH,
          total: 1_000,
          call: () => floorOrder(world, id),
          isGood: ({ status }) => status === 201 || status === 409,
        });
      };
    },
  },
  {
    name: 'sign-in',
    what: 'POST /api/users/signin',
    goals: { cpu: 21 },
    async prepare(world) {
      const password = 'correct horse battery';
      const emails = Array.from({ length: 20 }, (_, index) => `bench-${Date.now()}-${index}@example.com`);
      const post = (path: string, email: string) => ({
        method: 'POST' as const,
        url: world.url('auth', path),
        body: { email, password },
      });
      await closedLoop({
        connections: 4,
        total: emails.length,
        call: (index) => post('/api/users/signup', at(emails, index)),
      });
      const total = world.count(150, 40);
      return () =>
        closedLoop({
          connections: CONNECTIONS,
          total,
          call: (index) => post('/api/users/signin', at(emails, index)),
        });
    },
  },
];
