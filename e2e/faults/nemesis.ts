import { setTimeout as wait } from 'node:timers/promises';
import type { Fault, Weights } from './fault-kinds.ts';
import { disasters as disasterKinds, NO_DISASTER } from './fault-kinds.ts';
import type { History } from './history.ts';
import { disasters } from './injectors/disasters.ts';
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
  const isDisaster = (kind: string) => (disasterKinds as readonly string[]).includes(kind);
  const [lastly, meanwhile] = [true, false].map((wanted) =>
    Object.fromEntries(Object.entries(weights).filter(([kind]) => isDisaster(kind) === wanted)),
  ) as [Weights, Weights];

  /** Each fault has its own random stream, so a skipped fault does not change those that follow. */
  async function injectOne(random: Random, remainingMs: () => number) {
    const kind = random.weighted(meanwhile);
    const own = random.fork();
    if (active.has(kind)) return;
    active.add(kind);
    await injectAndHeal(kind, own, remainingMs);
    active.delete(kind);
  }

  async function injectAndHeal(kind: Fault, random: Random, remainingMs: () => number) {
    const start = Date.now();
    const fault = await inject(kind, { world, random });
    await wait(Math.min(fault.durationMs, Math.max(0, remainingMs())));
    await fault.heal();
    history.addFault({ seed, fault: kind, on: fault.on, start, end: Date.now() });
  }

  /** For certain when nothing else is chosen. */
  async function injectDisaster(random: Random) {
    const none = Object.keys(meanwhile).length === 0 ? 0 : NO_DISASTER;
    const kind = random.weighted<Fault | 'none'>({ ...lastly, none });
    if (kind === 'none') return;
    const processes = [...world.stores, ...world.others, ...world.services];
    await Promise.all(processes.map((name) => world.system.waitReady(name)));
    await injectAndHeal(kind, random, () => 0);
  }

  return {
    async run(forMs) {
      const end = Date.now() + forMs;
      const remainingMs = () => end - Date.now();
      const injectUntilEnd = async (random: Random) => {
        while (remainingMs() > 0) {
          if (Object.keys(meanwhile).length === 0) return wait(remainingMs());
          await wait(Math.min(remainingMs(), 100 + random.exponential(600)));
          if (remainingMs() > 0) await injectOne(random, remainingMs);
        }
      };
      await Promise.all([injectUntilEnd(deps.random.fork()), injectUntilEnd(deps.random.fork())]);
      await Promise.all(world.links.map((link) => link.heal()));
      await resetEmulator(world.system);
      if (Object.keys(lastly).length > 0) await injectDisaster(deps.random.fork());
    },
  };
}

function inject(kind: Fault, context: FaultContext): ActiveFault | Promise<ActiveFault> {
  const injectors: Record<Fault, () => ActiveFault | Promise<ActiveFault>> = {
    ...processFaults(context),
    ...storeFaults(context),
    ...linkFaults(context),
    ...stripeFaults(context),
    ...disasters(context),
  };
  return injectors[kind]();
}
