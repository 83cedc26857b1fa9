import { at, createOrderCall, createTicketCall } from '../calls.ts';
import { floorOrderCall, floorTicketCall, listFloorTickets } from '../floor-calls.ts';
import type { Load } from '../load.ts';
import { closedLoop } from '../load.ts';
import { FIRST_REQUESTS } from '../measure.ts';
import type { Scenario } from '../scenario.ts';
import type { User } from '../users.ts';
import type { World } from '../world.ts';

const CONNECTIONS = 32;
const HOT_TICKET_CONNECTIONS = 64;
const isDecided = ({ status }: { status: number }) => status === 201 || status === 409;

/**
 * All buyers order the same ticket at once, each from a network of its own. Each 201 and each 409 is a good answer.
 * @throws unless exactly one buyer gets the ticket.
 */
export async function orderSameTicket(world: World, buyers: User[], ticketId: string): Promise<Load> {
  const load = await closedLoop({
    connections: HOT_TICKET_CONNECTIONS,
    total: buyers.length,
    call: (index) => ({
      ...createOrderCall(world, at(buyers, index), ticketId),
      from: `10.${index >> 8}.${index & 255}.1`,
    }),
    isGood: isDecided,
  });
  const winners = load.answers['201'] ?? 0;
  if (winners !== 1)
    throw new Error(`${winners} buyers got the same ticket: ${JSON.stringify(load.answers)}`);
  return load;
}

export const writes: Scenario[] = [
  {
    name: 'create',
    description: 'POST /api/tickets, until orders has its replica',
    goals: { cpu: 0.65 },
    async prepare(world) {
      const [seller] = await world.users(1);
      const call = (index: number) => createTicketCall(world, seller as User, index);
      return (total = world.count(2_000, 400)) => closedLoop({ connections: CONNECTIONS, total, call });
    },
    async floor(world) {
      const total = world.count(2_000, 400);
      const call = await floorTicketCall(world);
      return () => closedLoop({ connections: CONNECTIONS, total, call });
    },
  },
  {
    name: 'order',
    description:
      'POST /api/orders, each for another ticket, until the ticket is reserved and expiration and payments know the order',
    goals: { cpu: 1.3 },
    async prepare(world) {
      const buyers = (await world.users(101)).slice(1);
      const ordersOfRound = world.count(1_000, 300);
      const ids = await world.listTickets(FIRST_REQUESTS + ordersOfRound * (world.rounds + 1));
      return (total = ordersOfRound) => {
        const round = ids.splice(0, total);
        const call = (index: number) => createOrderCall(world, at(buyers, index), at(round, index));
        return closedLoop({ connections: CONNECTIONS, total, call });
      };
    },
    async floor(world) {
      const total = world.count(1_000, 300);
      const ids = await listFloorTickets(world, total * (world.rounds + 1));
      return () => {
        const round = ids.splice(0, total);
        const call = (index: number) => floorOrderCall(world, at(round, index));
        return closedLoop({ connections: CONNECTIONS, total, call });
      };
    },
  },
  {
    name: 'hot-ticket',
    description: 'POST /api/orders, 1,000 buyers for one ticket, 64 at a time',
    goals: { cpu: 0.3 },
    async prepare(world) {
      const buyers = (await world.users(1_001)).slice(1);
      const ids = await world.listTickets(world.rounds + 2);
      return (total = buyers.length) => orderSameTicket(world, buyers.slice(0, total), ids.pop() ?? '');
    },
    async floor(world) {
      const ids = await listFloorTickets(world, world.rounds + 1);
      return () => {
        const id = ids.pop() ?? '';
        return closedLoop({
          connections: HOT_TICKET_CONNECTIONS,
          total: 1_000,
          call: () => floorOrderCall(world, id),
          isGood: isDecided,
        });
      };
    },
  },
  {
    name: 'sign-in',
    description: 'POST /api/users/signin',
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
      return (total = world.count(150, 40)) =>
        closedLoop({
          connections: CONNECTIONS,
          total,
          call: (index) => post('/api/users/signin', at(emails, index)),
        });
    },
  },
];
