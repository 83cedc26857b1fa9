import type { System } from '../../../infra/local/src/system.ts';
import type { ActiveFault, FaultContext, Injectors } from './fault-context.ts';
import { randomDuration, SECOND } from './fault-context.ts';

type Kind = 'Stripe fails' | 'webhooks dropped, duplicated, delayed, reordered';

/** Faults inside the Stripe emulator. */
export function stripeFaults({ world, random }: FaultContext): Injectors<Kind> {
  async function configure(on: string, options: object): Promise<ActiveFault> {
    await configureEmulator(world.system, { ...options, seed: random.below(1_000_000) });
    return { on, durationMs: randomDuration(random), heal: () => resetEmulator(world.system) };
  }
  return {
    'Stripe fails': () =>
      configure('emulator', {
        errorRate: random.pick([0, 0.3]),
        errorAfterEffect: random.pick([0, 0.3]),
        resetBeforeEffect: random.pick([0, 0.3]),
        resetAfterEffect: random.pick([0.2, 0.5]),
        latencyMs: random.pick([0, 0, 1_500]),
      }),
    'webhooks dropped, duplicated, delayed, reordered': () =>
      configure('webhooks', {
        webhooks: {
          dropRate: random.pick([0, 0.5, 1]),
          duplicate: random.pick([1, 3]),
          delayMs: random.pick([0, 500, 4_000]),
          reorder: random.chance(0.5),
        },
      }),
  };
}

/** Removes all fault injection options of the emulator. */
export function resetEmulator(system: System): Promise<void> {
  return configureEmulator(system, undefined);
}

async function configureEmulator(system: System, options: object | undefined): Promise<void> {
  await fetch(`${system.urlOf('emulator')}/_emulator/faults`, {
    method: options ? 'POST' : 'DELETE',
    headers: { 'content-type': 'application/json' },
    ...(options && { body: JSON.stringify(options) }),
    signal: AbortSignal.timeout(2 * SECOND),
  }).catch(() => undefined); // the emulator may be down itself
}
