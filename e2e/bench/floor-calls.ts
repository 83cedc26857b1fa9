import { createTicketCall } from './calls.ts';
import type { Call } from './load.ts';
import { closedLoop } from './load.ts';
import type { World } from './world.ts';

const CONNECTIONS = 32;

/** Lists tickets on the floor program. @returns their ids. */
export async function listFloorTickets(world: World, count: number): Promise<string[]> {
  const ids: string[] = [];
  const call = await floorTicketCall(world);
  await closedLoop({
    connections: CONNECTIONS,
    total: count,
    call,
    isGood: ({ body }) => ids.push((JSON.parse(body) as { _id: string })._id) > 0,
  });
  return ids;
}

export async function floorTicketCall(world: World): Promise<(index: number) => Call> {
  const [seller] = await world.users(1);
  if (!seller) throw new Error('There is no user');
  return (index) => ({ ...createTicketCall(world, seller, index), url: `${world.floor?.url}/tickets` });
}

export function floorOrderCall(world: World, ticketId: string): Call {
  return { method: 'POST', url: `${world.floor?.url}/orders`, body: { ticketId } };
}
