import { setTimeout as wait } from 'node:timers/promises';
import { at, createTicketCall } from '../calls.ts';
import { formatFigures, summarizeLatencies, summarizeLoad } from '../latency.ts';
import { closedLoop, createHttpClient } from '../load.ts';
import type { Experiment } from '../scenario.ts';
import type { User } from '../users.ts';
import type { World } from '../world.ts';

/** Users who alternate between the list and a ticket once a second until `stop` aborts. @returns the latencies. */
async function browse(world: World, users: number, ids: string[], stop: AbortSignal): Promise<number[]> {
  const { send, close } = createHttpClient(users);
  const latencies: number[] = [];
  async function user(number: number) {
    await wait(Math.random() * 1_000);
    for (let turn = number; !stop.aborted; turn++) {
      const path = turn % 2 ? '/api/tickets' : `/api/tickets/${at(ids, turn)}`;
      const { status, ms } = await send({ url: world.url('tickets', path) });
      if (status !== 200) throw new Error(`${path} ${status}`);
      latencies.push(ms);
      await wait(1_000);
    }
  }
  await Promise.all(Array.from({ length: users }, (_, number) => user(number)));
  close();
  return latencies;
}

export const listingBurst: Experiment = {
  name: 'listing-burst',
  description: '1,000 tickets listed, 8 at a time, while 1,000 users read the list or a ticket every second',
  async run(world, log) {
    const [seller] = await world.users(1);
    const ids = await world.listTickets(100);
    const stop = new AbortController();
    const browsing = browse(world, world.count(1_000, 200), ids, stop.signal);
    await wait(1_500);
    const load = await closedLoop({
      connections: 8,
      total: world.count(1_000, 200),
      call: (index) => createTicketCall(world, seller as User, index),
    });
    await world.waitUntilQuiescent();
    stop.abort();
    const latencies = await browsing;
    const listed = summarizeLoad(load);
    const read = summarizeLatencies(latencies);
    log(`listed: ${JSON.stringify(load.answers)} ${formatFigures(listed)}`);
    log(`${latencies.length} reads: ${formatFigures(read)}`);
    return { listedPerSecond: listed.perSecond, listedP99: listed.p99, readP99: read.p99 };
  },
};
