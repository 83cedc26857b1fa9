import { at, createOrderCall, createTicketCall } from '../calls.ts';
import { formatFigures, summarizeLoad } from '../latency.ts';
import type { Load } from '../load.ts';
import { openLoop } from '../load.ts';
import type { Experiment } from '../scenario.ts';
import { signUpUsers } from '../users.ts';
import type { World } from '../world.ts';

/** Sends 90 % reads, 8 % orders and 2 % listings at a constant rate. */
async function runMixedLoad(world: World, rate: number, seconds: number): Promise<Load> {
  const users = await world.users(1_000);
  const registered = await signUpUsers(world, 20);
  const available = await world.listTickets(Math.ceil(rate * seconds * 0.09) + 10);
  const shown = [...available];
  const load = await openLoop({
    rate,
    seconds,
    call(index) {
      const user = at(users, index + 1);
      const share = (index * 37) % 100;
      if (share < 2) return createTicketCall(world, at(users, 0), index);
      if (share < 10) return createOrderCall(world, user, available.pop() ?? '');
      if (share < 30)
        return { url: world.url('auth', '/api/users/currentuser'), cookie: at(registered, index).cookie };
      const path = share < 60 ? '/api/tickets' : `/api/tickets/${at(shown, index)}`;
      return { url: world.url('tickets', path), cookie: user.cookie };
    },
  });
  await world.waitUntilQuiescent();
  return load;
}

export const mixedDay: Experiment = {
  name: 'mixed-day',
  description: '90 % reads, 8 % orders, 2 % listings: the highest rate with p99 under 100 ms and no error',
  async run(world, log) {
    const seconds = world.count(10, 5);
    let best = { rate: 0, p50: NaN, p99: NaN };
    for (const rate of [100, 200, 300, 400, 600, 800, 1_000, 1_300, 1_600, 2_000]) {
      const load = await runMixedLoad(world, rate, seconds);
      const { p50, p99 } = summarizeLoad(load);
      const isGood = p99 < 100 && load.good === Math.round(rate * seconds);
      log(`${rate}/s: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms ${JSON.stringify(load.answers)}`);
      if (!isGood) break;
      best = { rate, p50, p99 };
    }
    return best;
  },
};

export const soak: Experiment = {
  name: 'soak',
  description: 'ten minutes of the mixed day at 100/s: the memory of each service after each minute',
  slow: true,
  async run(world, log) {
    const minutes = world.count(10, 2);
    const memory: Record<string, number>[] = [];
    for (let minute = 1; minute <= minutes; minute++) {
      await runMixedLoad(world, 100, 60);
      memory.push(world.readMemory());
      log(`minute ${minute}: ${formatFigures(memory.at(-1) ?? {})}`);
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
