import { performance } from 'node:perf_hooks';
import { caller } from '../load.ts';
import type { Load } from '../load.ts';
import type { Scenario } from '../scenario.ts';
import type { Person, Seen, World } from '../world.ts';

const PATIENCE_MS = 30_000;

type Purchase = (buyer: Person, ticketId: string) => Promise<void>;

/**
 * Times `purchase` for each ticket, `atOnce` of them at a time. What happens behind the answers is seen as its events
 * on the bus, after the write that they tell of and without a request of ours to the services.
 */
async function timed(
  purchase: Purchase,
  buyers: Person[],
  ticketIds: string[],
  atOnce: number,
): Promise<Load> {
  const load: Load = { ms: 0, good: 0, answers: {}, latencies: [] };
  let next = 0;
  async function buyer() {
    while (next < ticketIds.length) {
      const index = next++;
      const started = performance.now();
      const outcome = await purchase(
        buyers[index % buyers.length] as Person,
        ticketIds[index] as string,
      ).then(
        () => 'done',
        (error: unknown) => (error as Error).message,
      );
      load.answers[outcome] = (load.answers[outcome] ?? 0) + 1;
      if (outcome !== 'done') continue;
      load.good += 1;
      load.latencies.push(performance.now() - started);
    }
  }
  const started = performance.now();
  await Promise.all(Array.from({ length: atOnce }, buyer));
  load.ms = performance.now() - started;
  return load;
}

/** Resolves with the first event that is the one; asked before the deed, so that none is missed. */
function expectEvent(world: World, isIt: (seen: Seen) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      stop();
      reject(new Error('never seen'));
    }, PATIENCE_MS);
    const stop = world.watch((seen) => {
      if (!isIt(seen)) return;
      clearTimeout(late);
      stop();
      resolve();
    });
  });
}

/** What buyers do; each throws unless it is answered with 201. */
export function shopping(world: World) {
  const { send } = caller(64);
  const post = async (url: string, { cookie }: Person, body: object) => {
    const answer = await send({ method: 'POST', url, cookie, body });
    if (answer.status !== 201) throw new Error(`${url.replace(/^.*:\d+/, '')} ${answer.status}`);
    return JSON.parse(answer.body) as { id: string };
  };
  return {
    reserve: (buyer: Person, ticketId: string) =>
      post(world.url('orders', '/api/orders'), buyer, { ticketId }),
    pay: (buyer: Person, orderId: string) =>
      post(world.url('payments', '/api/payments'), buyer, { orderId, token: 'tok_visa' }),
  };
}

function rounds(world: World, purchase: Purchase, total: number, atOnce: number) {
  return async () => {
    const buyers = (await world.people(101)).slice(1);
    const ids = await world.tickets(total * (world.rounds + 1));
    return () => timed(purchase, buyers, ids.splice(0, total), atOnce);
  };
}

export const buying: Scenario[] = [
  {
    name: 'reserved',
    what: 'from sending an order until tickets has the ticket as reserved, one at a time',
    goals: { p50: 10, p99: 25 },
    prepare(world) {
      const { reserve } = shopping(world);
      const purchase: Purchase = async (buyer, ticketId) => {
        const reserved = expectEvent(world, ({ id, status }) => id === ticketId && status === 'reserved');
        await Promise.all([reserve(buyer, ticketId), reserved]);
      };
      return rounds(world, purchase, world.count(200, 60), 1)();
    },
  },
  {
    name: 'reserved-by-8',
    what: 'the same by 8 people at a time',
    prepare(world) {
      const { reserve } = shopping(world);
      const purchase: Purchase = async (buyer, ticketId) => {
        const reserved = expectEvent(world, ({ id, status }) => id === ticketId && status === 'reserved');
        await Promise.all([reserve(buyer, ticketId), reserved]);
      };
      return rounds(world, purchase, world.count(400, 100), 8)();
    },
  },
  {
    name: 'buy',
    what: 'order and pay by card until the order is complete, 4 people at a time',
    goals: { cpu: 7, p50: 100 },
    prepare(world) {
      const { reserve, pay } = shopping(world);
      const purchase: Purchase = async (buyer, ticketId) => {
        const { id: orderId } = await reserve(buyer, ticketId);
        const complete = expectEvent(world, ({ id, status }) => id === orderId && status === 'complete');
        await Promise.all([pay(buyer, orderId), complete]);
      };
      return rounds(world, purchase, world.count(200, 60), 4)();
    },
  },
];
