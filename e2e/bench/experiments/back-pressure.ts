import { setTimeout as wait } from 'node:timers/promises';
import { at, createTicketCall } from '../calls.ts';
import { formatFigures, summarizeLatencies, summarizeLoad } from '../latency.ts';
import type { Call } from '../load.ts';
import { closedLoop, createHttpClient, openLoop } from '../load.ts';
import { startProbeClient } from '../probe-client.ts';
import type { Experiment } from '../scenario.ts';
import { createBuyerApi } from '../scenarios/purchases.ts';
import type { User } from '../users.ts';
import { signUpUsers } from '../users.ts';
import type { Service, World } from '../world.ts';

/** A service and the request that overloads it. */
type Target = { name: string; call: (index: number) => Call };

/** Measures the capacity of a service, sends twice as much, and waits until its answers are fast again. */
async function overload(world: World, { name, call }: Target, log: (line: string) => void) {
  const seconds = world.count(8, 4);
  const capacity = await measureCapacity(world, call);
  const probe = await startProbeClient(call(0));
  const cpuBefore = process.cpuUsage();
  const load = await openLoop({ rate: 2 * capacity, seconds, call });
  const { user, system } = process.cpuUsage(cpuBefore);
  const overloaded = summarizeLoad(load);
  const endedAt = performance.now();
  const answers = await probe.stop();
  await waitUntilFast(call(0));
  const recoveredMs = performance.now() - endedAt;
  const rejected = answers.filter(({ status }) => status === 503);
  if (rejected.some(({ retryAfter }) => !retryAfter)) throw new Error(`${name}: 503 without Retry-After`);
  const probed = summarizeLatencies(answers.map(({ ms }) => ms));
  log(
    `${name}: capacity ${capacity.toFixed(0)}/s; at twice that ${overloaded.perSecond.toFixed(0)}/s good ` +
      `(${((overloaded.perSecond / capacity) * 100).toFixed(0)} %) ${JSON.stringify(load.answers)}, ` +
      `recovered after ${recoveredMs.toFixed(0)} ms; the load generator used ` +
      `${((user + system) / 1000 / load.ms).toFixed(2)} cores`,
  );
  log(
    `${name}: probe client, ${answers.length} answers, ${rejected.length} of them 503: ${formatFigures(probed)} ms`,
  );
  await world.waitUntilQuiescent();
  return {
    [`${name} capacity`]: capacity,
    [`${name} goodput`]: overloaded.perSecond / capacity,
    [`${name} probe p99`]: probed.p99,
    [`${name} recoveredMs`]: recoveredMs,
  };
}

/** Good answers a second in a closed loop, after one loop as a warm-up. */
async function measureCapacity(world: World, call: Target['call']): Promise<number> {
  const run = () => closedLoop({ connections: 64, total: world.count(4_000, 1_000), call });
  await run();
  return summarizeLoad(await run()).perSecond;
}

async function waitUntilFast(call: Call): Promise<void> {
  const { send, close } = createHttpClient(1);
  while ((await send(call)).ms > 100) await wait(20);
  close();
}

/** Each buyer buys a ticket. @returns the payment ids in the order of the buyers. */
async function createPayments(world: World, buyers: User[]): Promise<string[]> {
  const ids = await world.listTickets(buyers.length);
  const { reserve, pay } = createBuyerApi(world);
  const payments: string[] = [];
  for (const [index, buyer] of buyers.entries()) {
    const order = await reserve(buyer, at(ids, index));
    payments.push((await pay(buyer, order.id)).id);
  }
  await world.waitUntilQuiescent();
  return payments;
}

export const backPressure: Experiment = {
  name: 'back-pressure',
  description:
    'each service at twice its capacity: goodput at least 80 %, the rest rejected at once, recovered within 2 s',
  async run(world, log) {
    const [seller, ...buyers] = await world.users(101);
    const registered = await signUpUsers(world, 20);
    const payments = await createPayments(world, buyers.slice(0, 20));
    const read = (service: Service, path: (index: number) => string) => (index: number) => ({
      url: world.url(service, path(index)),
      cookie: at(buyers, index % payments.length).cookie,
    });
    const targets: Target[] = [
      { name: 'tickets', call: (index) => createTicketCall(world, seller as User, index) },
      { name: 'orders', call: read('orders', () => '/api/orders') },
      {
        name: 'auth',
        call: (index) => ({
          url: world.url('auth', '/api/users/currentuser'),
          cookie: at(registered, index).cookie,
        }),
      },
      { name: 'payments', call: read('payments', (index) => `/api/payments/${at(payments, index)}`) },
    ];
    const figures = {};
    for (const target of targets) Object.assign(figures, await overload(world, target, log));
    return figures;
  },
};
