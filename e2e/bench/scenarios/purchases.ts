import { performance } from 'node:perf_hooks';
import { createOrderCall } from '../calls.ts';
import type { Counts } from '../counts.ts';
import { countPurchases } from '../counts.ts';
import type { ObservedEvent } from '../events.ts';
import type { Call, Load } from '../load.ts';
import { createHttpClient } from '../load.ts';
import type { Round } from '../measure.ts';
import { FIRST_REQUESTS } from '../measure.ts';
import type { Scenario } from '../scenario.ts';
import type { User } from '../users.ts';
import type { World } from '../world.ts';

const TIMEOUT_MS = 30_000;

type Purchase = (buyer: User, ticketId: string) => Promise<unknown>;

/**
 * Times `purchase` for each ticket, `concurrency` at a time. A purchase waits for events on the bus, which follow the
 * write, so it sends no further requests to the services.
 */
async function timePurchases(
  purchase: Purchase,
  buyers: User[],
  ticketIds: string[],
  concurrency: number,
): Promise<Load> {
  const load: Load = { ms: 0, good: 0, answers: {}, latencies: [] };
  let next = 0;
  async function buyer() {
    while (next < ticketIds.length) {
      const index = next++;
      const started = performance.now();
      const outcome = await purchase(buyers[index % buyers.length] as User, ticketIds[index] as string).then(
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
  await Promise.all(Array.from({ length: concurrency }, buyer));
  load.ms = performance.now() - started;
  return load;
}

/** Resolves with the first event that matches. Call it before the request, so that it cannot miss the event. */
function waitForEvent(world: World, matches: (event: ObservedEvent) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(() => {
      stop();
      reject(new Error('no event'));
    }, TIMEOUT_MS);
    const stop = world.observe((event) => {
      if (!matches(event)) return;
      clearTimeout(timeout);
      stop();
      resolve();
    });
  });
}

/** The requests of a buyer. Each throws unless the answer is 201. */
export function createBuyerApi(world: World) {
  const { send } = createHttpClient(64);
  async function post(call: Call) {
    const answer = await send(call);
    if (answer.status !== 201) throw new Error(`${call.url.replace(/^.*:\d+/, '')} ${answer.status}`);
    return JSON.parse(answer.body) as { id: string };
  }
  return {
    reserve: (buyer: User, ticketId: string) => post(createOrderCall(world, buyer, ticketId)),
    pay: ({ cookie }: User, orderId: string) =>
      post({
        method: 'POST',
        url: world.url('payments', '/api/payments'),
        cookie,
        body: { orderId, token: 'tok_visa' },
      }),
  };
}

async function prepareRounds(
  world: World,
  purchase: Purchase,
  perRound: number,
  concurrency: number,
  warmUp = perRound,
): Promise<Round> {
  const buyers = (await world.users(101)).slice(1);
  const ids = await world.listTickets(FIRST_REQUESTS + warmUp + perRound * world.rounds);
  return (total = perRound) => timePurchases(purchase, buyers, ids.splice(0, total), concurrency);
}

/** Reserves a ticket and waits until the tickets service has published it as reserved. */
function reserveAndConfirm(world: World): Purchase {
  const { reserve } = createBuyerApi(world);
  return async (buyer, ticketId) => {
    const reserved = waitForEvent(world, ({ id, status }) => id === ticketId && status === 'reserved');
    await Promise.all([reserve(buyer, ticketId), reserved]);
  };
}

/** Reserves a ticket, pays, and waits until the order is complete. @returns the id of the order. */
function buy(world: World, beforePaying: () => Promise<void> = () => Promise.resolve()) {
  const { reserve, pay } = createBuyerApi(world);
  return async (buyer: User, ticketId: string): Promise<string> => {
    const { id: orderId } = await reserve(buyer, ticketId);
    await beforePaying();
    const complete = waitForEvent(world, ({ id, status }) => id === orderId && status === 'complete');
    await Promise.all([pay(buyer, orderId), complete]);
    return orderId;
  };
}

/**
 * What a purchase causes, one at a time. A buyer pays when everything before is handled: whether payments must wait for the
 * order would depend on the speed of the machine.
 */
export async function countBuying(world: World, purchases: number): Promise<Counts> {
  const buyers = (await world.users(101)).slice(1);
  const ticketIds = await world.listTickets(purchases);
  return countPurchases(
    world,
    buy(world, () => world.waitUntilQuiescent()),
    { buyers, ticketIds },
  );
}

/** A purchase runs much code of four services, each part only a few times, so the compiler needs many of them. */
const warmUp = (world: World) => world.count(2_000, 60);

export const purchases: Scenario[] = [
  {
    name: 'reserved',
    description: 'from sending an order until tickets has reserved the ticket, one at a time',
    goals: { p50: 10, p99: 25 },
    prepare: (world) => prepareRounds(world, reserveAndConfirm(world), world.count(200, 60), 1),
  },
  {
    name: 'reserved-by-8',
    description: 'the same by 8 buyers at a time',
    prepare: (world) => prepareRounds(world, reserveAndConfirm(world), world.count(400, 100), 8),
  },
  {
    name: 'buy',
    description: 'order and pay by card until the order is complete, 4 buyers at a time',
    goals: { cpu: 15, p50: 90 },
    warmUp,
    prepare: (world) => prepareRounds(world, buy(world), world.count(200, 60), 4, warmUp(world)),
    count: (world) => countBuying(world, 20),
  },
  {
    name: 'buy-by-8',
    description: 'the same by 8 buyers at a time',
    goals: { cpu: 14, p50: 106, perSecond: 69 },
    prepare: (world) => prepareRounds(world, buy(world), world.count(400, 100), 8),
  },
  {
    name: 'buy-by-32',
    description: 'the same by 32 buyers at a time, whose commands and events share round trips',
    prepare: (world) => prepareRounds(world, buy(world), world.count(400, 100), 32),
  },
];
