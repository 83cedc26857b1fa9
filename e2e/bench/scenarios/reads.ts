import { closedLoop } from '../load.ts';
import type { Call } from '../load.ts';
import type { Scenario } from '../scenario.ts';
import { listing } from '../world.ts';
import type { Person, World } from '../world.ts';

const CONNECTIONS = 32;

function reading(world: World, call: (index: number) => Call) {
  const total = world.count(6_000, 1_500);
  return () => closedLoop({ connections: CONNECTIONS, total, call });
}

async function floorTickets(world: World): Promise<string[]> {
  const [seller] = await world.people(1);
  const ids: string[] = [];
  await closedLoop({
    connections: CONNECTIONS,
    total: 100,
    call: (index) => ({ ...listing(world, seller as Person, index), url: `${world.floor?.url}/tickets` }),
    isGood: ({ body }) => ids.push((JSON.parse(body) as { _id: string })._id) > 0,
  });
  return ids;
}

const at = <T>(items: T[], index: number) => items[index % items.length] as T;

export const reads: Scenario[] = [
  {
    name: 'current-user',
    what: 'GET /api/users/currentuser, signed in',
    goals: { cpu: 0.05 },
    async prepare(world) {
      const people = await world.people(100);
      const url = world.url('auth', '/api/users/currentuser');
      return reading(world, (index) => ({ url, cookie: at(people, index).cookie }));
    },
    floor: async (world) => reading(world, () => ({ url: `${world.floor?.url}/constant` })),
  },
  {
    name: 'list',
    what: 'GET /api/tickets?limit=100, 100 tickets',
    goals: { cpu: 0.15 },
    async prepare(world) {
      await world.tickets(100);
      const url = world.url('tickets', '/api/tickets?limit=100');
      return reading(world, () => ({ url }));
    },
    async floor(world) {
      await floorTickets(world);
      return reading(world, () => ({ url: `${world.floor?.url}/tickets` }));
    },
  },
  {
    name: 'list-signed-in',
    what: 'GET /api/tickets?limit=100 by 100 people with a session',
    async prepare(world) {
      await world.tickets(100);
      const people = await world.people(101);
      const url = world.url('tickets', '/api/tickets?limit=100');
      return reading(world, (index) => ({ url, cookie: at(people.slice(1), index).cookie }));
    },
  },
  {
    name: 'show',
    what: 'GET /api/tickets/:id, 100 tickets in turn',
    goals: { cpu: 0.1 },
    async prepare(world) {
      const ids = await world.tickets(100);
      return reading(world, (index) => ({ url: world.url('tickets', `/api/tickets/${at(ids, index)}`) }));
    },
    async floor(world) {
      const ids = await floorTickets(world);
      return reading(world, (index) => ({ url: `${world.floor?.url}/tickets/${at(ids, index)}` }));
    },
  },
  {
    name: 'list-by-router',
    what: 'the same list through the router, which is not the cluster’s ingress',
    async prepare(world) {
      const url = `${world.system.url}/api/tickets?limit=100`;
      return reading(world, () => ({ url }));
    },
  },
];
