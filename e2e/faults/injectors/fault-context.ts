import type { Fault } from '../fault-kinds.ts';
import type { Random } from '../random.ts';
import type { World } from '../world.ts';

/** `on` describes the target. `heal` ends the fault after `durationMs`. */
export type ActiveFault = { on: string; durationMs: number; heal: () => Promise<void> | void };

/** The target system, and the stream that decides all details of one fault. */
export type FaultContext = { world: World; random: Random };

export type Injectors<Kind extends Fault> = Record<Kind, () => ActiveFault | Promise<ActiveFault>>;

export const SECOND = 1_000;

/** `on` of a fault that cannot be injected into this system. */
export const SKIPPED = 'nothing: skipped';

/** A fault that needs no healing, such as a kill: the supervisor restarts the process. */
export function instantFault(on: string): ActiveFault {
  return { on, durationMs: 0, heal: () => undefined };
}

export function randomDuration(random: Random): number {
  return Math.min(8 * SECOND, SECOND + random.exponential(1.5 * SECOND));
}

export function freeze({ world, random }: FaultContext, name: string): ActiveFault {
  world.system.kill(name, 'SIGSTOP');
  return {
    on: name,
    durationMs: randomDuration(random),
    heal: () => world.system.kill(name, 'SIGCONT'),
  };
}

/** The services that the system runs twice. */
export function replicatedServices(world: World): string[] {
  return world.services.filter((name) => name !== 'auth');
}
