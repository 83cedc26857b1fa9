import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import type { EventBus } from '@ticketing/common';
import { cloudEvent, newId } from '@ticketing/common';
import { connectBus } from '../events.ts';
import { median, percentile } from '../load.ts';
import type { Experiment } from '../scenario.ts';

export const bus: Experiment = {
  name: 'bus',
  description: 'events a second through the bus, synced to the broker’s disk: 1, 64 and 256 in flight',
  async run(world, log) {
    const publisher = await connectBus(world.system, 'bench-publisher');
    await publisher.ready();
    while (publisher.status !== 'up') await wait(20);
    const figures: Record<string, number> = {};
    for (const inFlight of [1, 64, 256]) {
      const total = inFlight === 1 ? world.count(1_000, 200) : world.count(20_000, 3_000);
      const { latencies, seconds, cpuMs } = await publishEvents(publisher, total, inFlight);
      figures[`${inFlight} in flight, per second`] = total / seconds;
      figures[`${inFlight} in flight, p50`] = median(latencies);
      log(
        `${inFlight} in flight: ${(total / seconds).toFixed(0)}/s, p50 ${median(latencies).toFixed(2)} ms, ` +
          `p99 ${percentile(latencies, 0.99).toFixed(2)} ms, ${(cpuMs / total).toFixed(3)} ms of CPU each here`,
      );
    }
    await publisher.close();
    return figures;
  },
};

async function publishEvents(publisher: EventBus, total: number, inFlight: number) {
  const latencies: number[] = [];
  let next = 0;
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  async function worker() {
    while (next++ < total) {
      const id = newId();
      const sentAt = performance.now();
      // Every service observes this event and none has to act on it.
      await publisher.publish(
        cloudEvent(
          'session:ended',
          { id: `bench:${id}`, source: 'auth', subject: id },
          { userId: id, sid: id, sessionVersion: 0 },
        ),
      );
      latencies.push(performance.now() - sentAt);
    }
  }
  await Promise.all(Array.from({ length: inFlight }, worker));
  const { user, system } = process.cpuUsage(cpuBefore);
  return { latencies, seconds: (performance.now() - startedAt) / 1000, cpuMs: (user + system) / 1000 };
}
