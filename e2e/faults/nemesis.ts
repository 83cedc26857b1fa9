import { setTimeout as wait } from 'node:timers/promises';
import type { Fault, Weights } from './fault-kinds.ts';
import type { History } from './history.ts';
import type { ActiveFault, FaultContext } from './injectors/fault-context.ts';
import { linkFaults } from './injectors/link-faults.ts';
import { processFaults } from './injectors/process-faults.ts';
import { storeFaults } from './injectors/store-faults.ts';
import { resetEmulator, stripeFaults } from './injectors/stripe-faults.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

/** Resolves after `forMs`, when everything is healed. */
export type Nemesis = { run(forMs: number): Promise<void> };

/** Injects faults, one or two kinds at a time. The seed determines all choices. */
export function createNemesis(deps: {
  world: World;
  random: Random;
  history: History;
  seed: number;
  weights: Weights;
}): Nemesis {
  const { world, history, seed, weights } = deps;
  const active = new Set<Fault>();

  /** Each fault has its own random stream, so a skipped fault does not change those that follow. */
  async function injectOne(random: Random, remainingMs: () => number) {
    const kind = random.weighted(weights);
    const own = random.fork();
    if (active.has(kind)) return;
    active.add(kind);
    const start = Date.now();
    const fault = await inject(kind, { world, random: own });
    await wait(Math.min(fault.durationMs, Math.max(0, remainingMs())));
    await fault.heal();
    history.addFault({ seed, fault: kind, on: fault.on, start, end: Date.now() });
    active.delete(kind);
  }

  return {
    async run(forMs) {
      const end = Date.now() + forMs;
      const remainingMs = () => end - Date.now();
      const injectUntilEnd = async (random: Random) => {
        while (remainingMs() > 0) {
          await wait(Math.min(remainingMs(), 100 + random.exponential(600)));
          if (remainingMs() > 0) await injectOne(random, remainingMs);
        }
      };
      await Promise.all([injectUntilEnd(deps.random.fork()), injectUntilEnd(deps.random.fork())]);
      await Promise.all(world.links.map((link) => link.heal()));
      await resetEmulator(world.system);
    },
  };
}

function inject(kind: Fault, context: FaultContext): ActiveFault | Promise<ActiveFault> {
  const injectors: Record<Fault, () => ActiveFault | Promise<ActiveFault>> = {
    ...processFaults(context),
    ...storeFaults(context),
    ...linkFaults(context),
    ...stripeFaults(context),
  };
  return injectors[kind]();
}
