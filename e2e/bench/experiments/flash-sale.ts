import { formatFigures, summarizeLoad } from '../latency.ts';
import type { Experiment } from '../scenario.ts';
import { orderSameTicket } from '../scenarios/writes.ts';

export const flashSale: Experiment = {
  name: 'flash-sale',
  description: '10,000 buyers for one ticket, 64 at a time: one winner, no 5xx, no reset, p99 below 1 s',
  async run(world, log) {
    const buyers = (await world.users(world.count(10_001, 2_001))).slice(1);
    const [ticketId] = await world.listTickets(1);
    const load = await orderSameTicket(world, buyers, ticketId ?? '');
    const others = Object.keys(load.answers).filter((status) => status !== '201' && status !== '409');
    if (others.length > 0) throw new Error(`Answers other than 201 and 409: ${JSON.stringify(load.answers)}`);
    log(`${JSON.stringify(load.answers)} ${formatFigures(summarizeLoad(load))}`);
    await world.waitUntilQuiescent();
    return { buyers: buyers.length, ...summarizeLoad(load) };
  },
};
