import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { cloudEvent, newId } from '@ticketing/common';
import { closedLoop, median, percentile } from '../load.ts';
import { difference } from '../processes.ts';
import type { Experiment } from '../scenario.ts';
import { busOf, services } from '../world.ts';

const bus: Experiment = {
  name: 'bus',
  what: 'events a second through the bus, each on the broker’s disk: 1, 64 and 256 in flight',
  async run(world, say) {
    const publisher = await busOf(world.system, 'bench-publisher');
    await publisher.ready();
    while (publisher.status !== 'up') await wait(20);
    const found: Record<string, number> = {};
    for (const inFlight of [1, 64, 256]) {
      const total = inFlight === 1 ? world.count(1_000, 200) : world.count(20_000, 3_000);
      const latencies: number[] = [];
      let next = 0;
      const before = process.cpuUsage();
      const started = performance.now();
      const worker = async () => {
        while (next++ < total) {
          const id = newId();
          const sent = performance.now();
          // An event that every service knows and none has to act on.
          await publisher.publish(
            cloudEvent(
              'session:ended',
              { id: `bench:${id}`, source: 'bench', subject: id },
              { userId: id, sid: id, sessionVersion: 0 },
            ),
          );
          latencies.push(performance.now() - sent);
        }
      };
      await Promise.all(Array.from({ length: inFlight }, worker));
      const seconds = (performance.now() - started) / 1000;
      const { user, system } = process.cpuUsage(before);
      found[`${inFlight} in flight, per second`] = total / seconds;
      found[`${inFlight} in flight, p50`] = median(latencies);
      say(
        `${inFlight} in flight: ${(total / seconds).toFixed(0)}/s, p50 ${median(latencies).toFixed(2)} ms, ` +
          `p99 ${percentile(latencies, 0.99).toFixed(2)} ms, ${((user + system) / 1000 / total).toFixed(3)} ms of CPU each here`,
      );
    }
    await publisher.close();
    return found;
  },
};

const pages: Experiment = {
  name: 'pages',
  what: 'the client’s home page and a ticket’s page, 8 at a time, for somebody signed in',
  needsClient: true,
  async run(world, say) {
    const [, visitor] = await world.people(2);
    const [ticketId] = await world.tickets(24);
    const found: Record<string, number> = {};
    for (const [name, path] of [
      ['home', '/'],
      ['ticket', `/tickets/${ticketId}`],
    ] as const) {
      const render = (total: number) =>
        closedLoop({
          connections: 8,
          total,
          call: () => ({ url: `${world.system.urlOf('client')}${path}`, cookie: visitor?.cookie ?? '' }),
        });
      await render(world.count(200, 30));
      const before = world.cpu();
      const { good, latencies, answers, ms } = await render(world.count(400, 60));
      const used = difference(before, world.cpu());
      const each = (who: readonly string[]) => who.reduce((sum, one) => sum + (used[one] ?? 0), 0) / good;
      found[`${name}, client CPU ms`] = each(['client']);
      found[`${name}, services CPU ms`] = each(services);
      found[`${name}, p99`] = percentile(latencies, 0.99);
      say(
        `${name}: client ${each(['client']).toFixed(2)} ms of CPU, services ${each(services).toFixed(2)} ms, ` +
          `${(good / (ms / 1000)).toFixed(0)}/s, p50 ${median(latencies).toFixed(1)} ms, ` +
          `p99 ${percentile(latencies, 0.99).toFixed(1)} ms ${JSON.stringify(answers)}`,
      );
    }
    return found;
  },
};

const coldStart: Experiment = {
  name: 'cold-start',
  what: 'from starting a service’s process until it is ready, its stores up: at most 1.5 s, median of 3',
  async run({ system }, say) {
    const found: Record<string, number> = {};
    for (const name of services) {
      const times: number[] = [];
      for (let round = 0; round < 3; round++) {
        await system.hold(name, 'SIGTERM');
        const started = performance.now();
        system.resume(name);
        const url = `${system.urlOf(name)}/healthz/ready`;
        while (
          !(await fetch(url).then(
            ({ ok }) => ok,
            () => false,
          ))
        )
          await wait(10);
        times.push(performance.now() - started);
      }
      found[name] = median(times);
      say(`${name}: ${times.map((ms) => `${ms.toFixed(0)} ms`).join(', ')}`);
    }
    return found;
  },
};

export const machinery: Experiment[] = [bus, pages, coldStart];
