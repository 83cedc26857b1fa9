import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import type { System } from '../../../infra/local/src/system.ts';
import { isReady } from '../floor.ts';
import { median } from '../load.ts';
import { readCpu, readMemory } from '../processes.ts';
import type { Experiment } from '../scenario.ts';
import { services } from '../world.ts';

const ROUNDS = 5;
const MAX_MS = 700;

export const coldStart: Experiment = {
  name: 'cold-start',
  description: 'from the start of a service’s process until it is ready, its stores up, median of 5',
  goals: Object.fromEntries(services.map((name) => [`${name} ms`, MAX_MS])),
  async run({ system }, log) {
    const figures: Record<string, number> = {};
    for (const name of services) {
      const starts: Start[] = [];
      for (let round = 0; round < ROUNDS; round++) starts.push(await startAgain(system, name));
      const medianOf = (key: keyof Start) => median(starts.map((start) => start[key]));
      figures[`${name} ms`] = medianOf('ms');
      figures[`${name} CPU`] = medianOf('cpu');
      figures[`${name} MiB`] = medianOf('mib');
      log(
        `${name}: ${starts.map(({ ms }) => `${ms.toFixed(0)} ms`).join(', ')}; ` +
          `${medianOf('cpu')} ms of CPU, ${medianOf('mib')} MiB`,
      );
    }
    return figures;
  },
};

type Start = { ms: number; cpu: number; mib: number };

async function startAgain(system: System, name: string): Promise<Start> {
  await system.hold(name, 'SIGTERM');
  const startedAt = performance.now();
  system.resume(name);
  while (!(await isReady(`${system.urlOf(name)}/healthz/ready`))) await wait(10);
  const ms = performance.now() - startedAt;
  const started = system.processes().filter((process) => process.name === name);
  return { ms, cpu: readCpu(started)[name] ?? 0, mib: readMemory(started)[name]?.now ?? 0 };
}
