import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { isReady } from '../floor.ts';
import { median } from '../load.ts';
import type { Experiment } from '../scenario.ts';
import { services } from '../world.ts';

export const coldStart: Experiment = {
  name: 'cold-start',
  description:
    'from the start of a service’s process until it is ready, its stores up: at most 1.5 s, median of 3',
  async run({ system }, log) {
    const figures: Record<string, number> = {};
    for (const name of services) {
      const times: number[] = [];
      for (let round = 0; round < 3; round++) {
        await system.hold(name, 'SIGTERM');
        const startedAt = performance.now();
        system.resume(name);
        while (!(await isReady(`${system.urlOf(name)}/healthz/ready`))) await wait(10);
        times.push(performance.now() - startedAt);
      }
      figures[name] = median(times);
      log(`${name}: ${times.map((ms) => `${ms.toFixed(0)} ms`).join(', ')}`);
    }
    return figures;
  },
};
