import { setTimeout as wait } from 'node:timers/promises';
import { caller, closedLoop, openLoop, percentile } from '../load.ts';
import type { Call, Load } from '../load.ts';
import type { Experiment } from '../scenario.ts';
import { startVisitor } from '../visitor.ts';
import { listing } from '../world.ts';
import type { Person, Service, World } from '../world.ts';
import { shopping } from './buying.ts';
import { rush } from './writes.ts';

const at = <T>(items: T[], index: number) => items[index % items.length] as T;

function waits(latencies: number[]) {
  return {
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    max: latencies.reduce((most, ms) => Math.max(most, ms), 0), // too many to be arguments
  };
}

function figures({ good, ms, latencies }: Load) {
  return { perSecond: good / (ms / 1000), ...waits(latencies) };
}

const told = (values: Record<string, number>) =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${value.toFixed(1)}`)
    .join(', ');

const flashSale: Experiment = {
  name: 'flash-sale',
  what: '10,000 people for one ticket, 64 at a time: one winner, no 5xx, no reset, p99 below 1 s',
  async run(world, say) {
    const buyers = (await world.people(world.count(10_001, 2_001))).slice(1);
    const [ticketId] = await world.tickets(1);
    const load = await rush(world, buyers, ticketId ?? '');
    const others = Object.keys(load.answers).filter((status) => status !== '201' && status !== '409');
    if (others.length > 0) throw new Error(`not only 201 and 409: ${JSON.stringify(load.answers)}`);
    say(`${JSON.stringify(load.answers)} ${told(figures(load))}`);
    await world.settle();
    return { buyers: buyers.length, ...figures(load) };
  },
};

/** People who look at the list, then at a ticket, and think about it for a second; until told to stop. */
async function browse(world: World, many: number, ids: string[], stop: AbortSignal): Promise<number[]> {
  const { send, close } = caller(many);
  const latencies: number[] = [];
  async function person(number: number) {
    await wait(Math.random() * 1_000);
    for (let turn = number; !stop.aborted; turn++) {
      const path = turn % 2 ? '/api/tickets' : `/api/tickets/${at(ids, turn)}`;
      const { status, ms } = await send({ url: world.url('tickets', path) });
      if (status !== 200) throw new Error(`${path} ${status}`);
      latencies.push(ms);
      await wait(1_000);
    }
  }
  await Promise.all(Array.from({ length: many }, (_, number) => person(number)));
  close();
  return latencies;
}

const listingRush: Experiment = {
  name: 'listing-rush',
  what: '1,000 tickets listed, 8 at a time, while 1,000 people look at the list or a ticket every second',
  async run(world, say) {
    const [seller] = await world.people(1);
    const ids = await world.tickets(100);
    const stop = new AbortController();
    const looking = browse(world, world.count(1_000, 200), ids, stop.signal);
    await wait(1_500);
    const load = await closedLoop({
      connections: 8,
      total: world.count(1_000, 200),
      call: (index) => listing(world, seller as Person, index),
    });
    await world.settle();
    stop.abort();
    const latencies = await looking;
    const looked = waits(latencies);
    say(`listed: ${JSON.stringify(load.answers)} ${told(figures(load))}`);
    say(`looked ${latencies.length} times: ${told(looked)}`);
    return { listedPerSecond: figures(load).perSecond, listedP99: figures(load).p99, lookedP99: looked.p99 };
  },
};

/** Nine of ten read, two of a hundred list, the rest order. */
async function day(world: World, rate: number, seconds: number): Promise<Load> {
  const people = await world.people(1_000);
  const free = await world.tickets(Math.ceil(rate * seconds * 0.09) + 10);
  const shown = [...free];
  const load = await openLoop({
    rate,
    seconds,
    call(index) {
      const person = at(people, index + 1);
      const share = (index * 37) % 100;
      if (share < 2) return listing(world, at(people, 0), index);
      if (share < 10)
        return {
          method: 'POST',
          url: world.url('orders', '/api/orders'),
          cookie: person.cookie,
          body: { ticketId: free.pop() ?? '' },
        };
      if (share < 30) return { url: world.url('auth', '/api/users/currentuser'), cookie: person.cookie };
      const path = share < 60 ? '/api/tickets' : `/api/tickets/${at(shown, index)}`;
      return { url: world.url('tickets', path), cookie: person.cookie };
    },
  });
  await world.settle();
  return load;
}

const mixedDay: Experiment = {
  name: 'mixed-day',
  what: '90 % reads, 8 % orders, 2 % listings: the highest rate with p99 under 100 ms and no error',
  async run(world, say) {
    const seconds = world.count(10, 5);
    let best = { rate: 0, p50: NaN, p99: NaN };
    for (const rate of [100, 200, 300, 400, 600, 800, 1_000, 1_300, 1_600, 2_000]) {
      const load = await day(world, rate, seconds);
      const { p50, p99 } = figures(load);
      const isGood = p99 < 100 && load.good === Math.round(rate * seconds);
      say(`${rate}/s: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms ${JSON.stringify(load.answers)}`);
      if (!isGood) break;
      best = { rate, p50, p99 };
    }
    return best;
  },
};

const soak: Experiment = {
  name: 'soak',
  what: 'ten minutes of the mixed day at 100/s: what each service holds in memory at each minute',
  slow: true,
  async run(world, say) {
    const minutes = world.count(10, 2);
    const memory: Record<string, number>[] = [];
    for (let minute = 1; minute <= minutes; minute++) {
      await day(world, 100, 60);
      memory.push(world.memory());
      say(`minute ${minute}: ${told(memory.at(-1) ?? {})}`);
    }
    const names = Object.keys(memory[0] ?? {});
    return Object.fromEntries(
      names.flatMap((name) => [
        [`${name} first`, memory[0]?.[name] ?? 0],
        [`${name} last`, memory.at(-1)?.[name] ?? 0],
      ]),
    );
  },
};

type Target = { name: string; call: (index: number) => Call };

async function pressure(world: World, { name, call }: Target, say: (line: string) => void) {
  const seconds = world.count(8, 4);
  const closed = () => closedLoop({ connections: 64, total: world.count(4_000, 1_000), call });
  await closed();
  const most = figures(await closed()).perSecond;
  const visitor = await startVisitor(call(0));
  const cpuBefore = process.cpuUsage();
  const load = await openLoop({ rate: 2 * most, seconds, call });
  const { user, system } = process.cpuUsage(cpuBefore);
  const over = figures(load);
  const began = performance.now();
  const seen = await visitor.stop();
  const after = caller(1);
  while ((await after.send(call(0))).ms > 100) await wait(20);
  const recoveredMs = performance.now() - began;
  after.close();
  const refused = seen.filter(({ status }) => status === 503);
  if (refused.some(({ retryAfter }) => !retryAfter)) throw new Error(`${name}: 503 without Retry-After`);
  const waited = waits(seen.map(({ ms }) => ms));
  say(
    `${name}: at most ${most.toFixed(0)}/s; at twice that ${over.perSecond.toFixed(0)}/s good ` +
      `(${((over.perSecond / most) * 100).toFixed(0)} %) ${JSON.stringify(load.answers)}, ` +
      `quick again after ${recoveredMs.toFixed(0)} ms; the generator used ` +
      `${((user + system) / 1000 / load.ms).toFixed(2)} cores`,
  );
  say(
    `${name}: a visitor beside it, ${seen.length} answers, ${refused.length} of them 503: ${told(waited)} ms`,
  );
  await world.settle();
  return {
    [`${name} most`]: most,
    [`${name} goodput`]: over.perSecond / most,
    [`${name} visitor p99`]: waited.p99,
    [`${name} recoveredMs`]: recoveredMs,
  };
}

/** Each buys a ticket; their payments, in the order of the buyers. */
async function purchases(world: World, buyers: Person[]): Promise<string[]> {
  const ids = await world.tickets(buyers.length);
  const { reserve, pay } = shopping(world);
  const payments: string[] = [];
  for (const [index, buyer] of buyers.entries()) {
    const order = await reserve(buyer, at(ids, index));
    payments.push((await pay(buyer, order.id)).id);
  }
  await world.settle();
  return payments;
}

const backPressure: Experiment = {
  name: 'back-pressure',
  what: 'each service at twice its capacity: goodput at least 80 % of the most, the rest refused at once, quick again in 2 s',
  async run(world, say) {
    const [seller, ...buyers] = await world.people(101);
    const payments = await purchases(world, buyers.slice(0, 20));
    const read = (service: Service, path: (index: number) => string) => (index: number) => ({
      url: world.url(service, path(index)),
      cookie: at(buyers, index % payments.length).cookie,
    });
    const targets: Target[] = [
      { name: 'tickets', call: (index) => listing(world, seller as Person, index) },
      { name: 'orders', call: read('orders', () => '/api/orders') },
      { name: 'auth', call: read('auth', () => '/api/users/currentuser') },
      { name: 'payments', call: read('payments', (index) => `/api/payments/${at(payments, index)}`) },
    ];
    const found = {};
    for (const target of targets) Object.assign(found, await pressure(world, target, say));
    return found;
  },
};

export const rushes: Experiment[] = [flashSale, listingRush, mixedDay, backPressure, soak];
