import { at } from '../calls.ts';
import { listFloorTickets } from '../floor-calls.ts';
import type { Call } from '../load.ts';
import { closedLoop } from '../load.ts';
import type { Scenario } from '../scenario.ts';
import { signUpUsers } from '../users.ts';
import type { World } from '../world.ts';

const CONNECTIONS = 32;

function repeat(world: World, call: (index: number) => Call, perRound = world.count(6_000, 1_500)) {
  return (total = perRound) => closedLoop({ connections: CONNECTIONS, total, call });
}

/** A round of 6,000 such requests takes half a second, and took from 0.05 to 0.11 ms of CPU each. */
const many = (world: World) => world.count(40_000, 6_000);

export const reads: Scenario[] = [
  {
    name: 'current-user',
    description: 'GET /api/users/currentuser, signed in',
    goals: { cpu: 0.06 },
    async prepare(world) {
      const users = await signUpUsers(world, 20);
      const url = world.url('auth', '/api/users/currentuser');
      return repeat(world, (index) => ({ url, cookie: at(users, index).cookie }), many(world));
    },
    floor: async (world) => repeat(world, () => ({ url: `${world.floor?.url}/constant` }), many(world)),
  },
  {
    name: 'list',
    description: 'GET /api/tickets?limit=100, 100 tickets',
    goals: { cpu: 0.15 },
    async prepare(world) {
      await world.listTickets(100);
      const url = world.url('tickets', '/api/tickets?limit=100');
      return repeat(world, () => ({ url }));
    },
    async floor(world) {
      await listFloorTickets(world, 100);
      return repeat(world, () => ({ url: `${world.floor?.url}/tickets` }));
    },
  },
  {
    name: 'list-signed-in',
    description: 'GET /api/tickets?limit=100 by 100 signed-in users',
    async prepare(world) {
      await world.listTickets(100);
      const users = await world.users(101);
      const url = world.url('tickets', '/api/tickets?limit=100');
      return repeat(world, (index) => ({ url, cookie: at(users.slice(1), index).cookie }));
    },
  },
  {
    name: 'show',
    description: 'GET /api/tickets/:id, 100 tickets in turn',
    goals: { cpu: 0.1 },
    async prepare(world) {
      const ids = await world.listTickets(100);
      return repeat(world, (index) => ({ url: world.url('tickets', `/api/tickets/${at(ids, index)}`) }));
    },
    async floor(world) {
      const ids = await listFloorTickets(world, 100);
      return repeat(world, (index) => ({ url: `${world.floor?.url}/tickets/${at(ids, index)}` }));
    },
  },
  {
    name: 'list-by-router',
    description: 'the same list through the local router; a cluster uses an ingress instead',
    async prepare(world) {
      const url = `${world.system.url}/api/tickets?limit=100`;
      return repeat(world, () => ({ url }));
    },
  },
];
