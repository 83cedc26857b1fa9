import { setTimeout as wait } from 'node:timers/promises';
import type { FaultContext, Injectors } from './fault-context.ts';
import { freeze, instantFault, randomDuration, replicatedServices, SECOND } from './fault-context.ts';

const crashPoints = ['after-commit', 'after-publish', 'after-stripe', 'before-ack'];

type Kind =
  | 'kill'
  | 'freeze'
  | 'service killed while its store is down'
  | 'clock skew'
  | 'rolling restart'
  | 'crash point';

/** Faults of services, router and emulator. */
export function processFaults(context: FaultContext): Injectors<Kind> {
  const { world, random } = context;
  const { system } = world;
  const clientId = (name: string) => (/-\d$/.test(name) ? name : `${name}-1`);
  return {
    kill() {
      const name = random.pick([...world.services, ...world.others]);
      system.kill(name);
      return instantFault(name);
    },
    freeze: () => freeze(context, random.pick([...world.services, ...world.others])),
    async 'service killed while its store is down'() {
      const service = random.pick(['tickets', 'orders', 'payments']);
      const store = `mongod-${service}`;
      await system.hold(store, 'SIGKILL');
      await wait(random.between(500, 2_500));
      for (const name of replicatedServices(world).filter((one) => one.startsWith(service)))
        system.kill(name);
      return {
        on: `${service}, ${store}`,
        durationMs: random.between(200, 1_000),
        heal: () => system.resume(store),
      };
    },
    'clock skew'() {
      const name = random.pick(replicatedServices(world));
      const skewMs = random.pick([-30, 30]) * SECOND;
      world.control('clock', clientId(name), String(skewMs));
      return {
        on: `${name} (${skewMs / SECOND} s)`,
        durationMs: randomDuration(random),
        heal: () => world.control('clock', clientId(name), undefined),
      };
    },
    async 'rolling restart'() {
      for (const name of replicatedServices(world)) {
        system.kill(name, 'SIGTERM');
        await wait(500);
      }
      return instantFault('tickets, orders, payments, expiration');
    },
    'crash point'() {
      const point = random.pick(crashPoints);
      const services = point === 'after-stripe' ? ['payments'] : ['tickets', 'orders', 'payments'];
      const names = replicatedServices(world).filter((name) => services.includes(name.replace(/-\d$/, '')));
      const name = random.pick(names);
      world.control('crash', name, point);
      system.kill(name); // the restarted process reads the control file and crashes at the point
      return {
        on: `${name} ${point}`,
        durationMs: 4 * SECOND,
        heal: () => world.control('crash', name, undefined),
      };
    },
  };
}
