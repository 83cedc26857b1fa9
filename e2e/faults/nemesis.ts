import { appendFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { History } from './history.ts';
import type { Link, LinkFault } from './proxy.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

const SECOND = 1_000;
const crashPoints = ['after-commit', 'after-publish', 'after-stripe', 'before-ack'];

/** How often each kind is chosen; a run may choose others. */
export const everyFault = {
  kill: 10,
  freeze: 6,
  'store killed': 6,
  'store frozen': 3,
  'store down': 4,
  'broker restarted while a service is away': 2,
  'killed while its store is away': 3,
  cut: 4,
  'cut one way': 5,
  slow: 4,
  reset: 4,
  'half-open': 3,
  refused: 2,
  'Stripe cut before or after the effect': 6,
  'Stripe fails': 4,
  'webhooks dropped, doubled, late, reordered': 4,
  'Redis emptied': 2,
  'clock wrong': 2,
  'torn tail': 2,
  'disk full': 2,
  'rolling restart': 1,
  'crash point': 8,
} satisfies Record<string, number>;
export type Fault = keyof typeof everyFault;
export type Weights = Partial<Record<Fault, number>>;

/** One fault under way, and how it ends. */
type Running = { on: string; untilMs: number; heal: () => Promise<void> | void };

export type Nemesis = { run(forMs: number): Promise<void> };

/** Does harm, one or two kinds at a time, all chosen by the seed; everything is healed when `run` resolves. */
export function createNemesis(deps: {
  world: World;
  random: Random;
  history: History;
  seed: number;
  weights: Weights;
}): Nemesis {
  const { world, history, seed, weights } = deps;
  const { system, links } = world;
  const busy = new Set<string>();

  /** Each fault has a stream of its own, so that a fault left out does not change the ones after it. */
  async function one(random: Random, rest: () => number) {
    const kind = random.weighted(weights);
    const own = random.fork();
    if (busy.has(kind)) return;
    busy.add(kind);
    const start = Date.now();
    const running = await faultsOf(world, own)[kind]();
    await wait(Math.min(running.untilMs, Math.max(0, rest())));
    await running.heal();
    history.inject({ seed, fault: kind, on: running.on, start, end: Date.now() });
    busy.delete(kind);
  }

  return {
    async run(forMs) {
      const end = Date.now() + forMs;
      const rest = () => end - Date.now();
      const harm = async (random: Random) => {
        while (rest() > 0) {
          await wait(Math.min(rest(), 100 + random.exponential(600)));
          if (rest() > 0) await one(random, rest);
        }
      };
      await Promise.all([harm(deps.random.fork()), harm(deps.random.fork())]);
      await Promise.all(links.map((link) => link.heal()));
      await turnKnobs(system, undefined);
    },
  };
}

/** How the emulator behaves; without a body as it should. */
export async function turnKnobs(system: World['system'], body: object | undefined): Promise<void> {
  await fetch(`${system.urlOf('emulator')}/_emulator/faults`, {
    method: body ? 'POST' : 'DELETE',
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(2 * SECOND),
  }).catch(() => undefined); // it is away itself
}

/** What can be done, with all its details chosen by one stream. */
function faultsOf(world: World, random: Random): Record<Fault, () => Running | Promise<Running>> {
  const { system, links } = world;
  const replicas = () => world.services.filter((name) => name !== 'auth');
  const clientId = (name: string) => (/-\d$/.test(name) ? name : `${name}-1`);
  const duration = () => Math.min(8 * SECOND, SECOND + random.exponential(1.5 * SECOND));

  /** A fault that has passed by the time it is done. */
  const atOnce = (on: string): Running => ({ on, untilMs: 0, heal: () => undefined });

  function onLink(some: Link[], fault: LinkFault, delayMs?: number): Running {
    for (const link of some) link.break(fault, delayMs);
    return {
      on: `${some.map(({ from, to }) => `${from}→${to}`).join(', ')} (${fault}${delayMs ? ` ${Math.round(delayMs)} ms` : ''})`,
      untilMs: duration(),
      heal: async () => {
        await Promise.all(some.map((link) => link.heal()));
      },
    };
  }

  /** The links of one process, or those to one store of a whole service. */
  function someLinks(): Link[] {
    const usual = links.filter(({ to }) => to !== 'emulator');
    const link = random.pick(usual);
    const service = link.from.replace(/-\d$/, '');
    return random.chance(0.5)
      ? [link]
      : usual.filter(({ from, to }) => from.replace(/-\d$/, '') === service && to === link.to);
  }

  function freeze(name: string): Running {
    system.kill(name, 'SIGSTOP');
    return { on: name, untilMs: duration(), heal: () => system.kill(name, 'SIGCONT') };
  }

  async function down(name: string): Promise<Running> {
    await system.hold(name, 'SIGKILL');
    return { on: name, untilMs: duration(), heal: () => system.resume(name) };
  }

  async function turn(on: string, body: object): Promise<Running> {
    await turnKnobs(system, { ...body, seed: random.below(1_000_000) });
    return { on, untilMs: duration(), heal: () => turnKnobs(system, undefined) };
  }

  return {
    kill() {
      const name = random.pick([...world.services, ...world.others]);
      system.kill(name);
      return atOnce(name);
    },
    freeze: () => freeze(random.pick([...world.services, ...world.others])),
    'store killed'() {
      const name = random.pick(world.stores);
      system.kill(name);
      return atOnce(name);
    },
    'store frozen': () => freeze(random.pick(world.stores)),
    'store down': () => down(random.pick(world.stores)),
    async 'broker restarted while a service is away'() {
      const service = random.pick(['tickets', 'orders', 'payments', 'audit']);
      const theirs = links.filter(({ from, to }) => from.startsWith(service) && to === 'nats-streaming');
      const cut = onLink(theirs, 'refuse');
      await wait(random.between(300, 1_000));
      system.kill('nats-streaming');
      return { ...cut, on: `${service}, nats-streaming`, untilMs: random.between(1_000, 3_000) };
    },
    async 'killed while its store is away'() {
      const service = random.pick(['tickets', 'orders', 'payments']);
      const store = `mongod-${service}`;
      await system.hold(store, 'SIGKILL');
      await wait(random.between(500, 2_500));
      for (const name of replicas().filter((one) => one.startsWith(service))) system.kill(name);
      return {
        on: `${service}, ${store}`,
        untilMs: random.between(200, 1_000),
        heal: () => system.resume(store),
      };
    },
    cut: () => onLink(someLinks(), 'cut'),
    'cut one way': () => onLink(someLinks(), random.pick(['cut-requests', 'cut-answers'] as const)),
    slow: () => onLink(someLinks(), 'slow', random.between(200, 3_000)),
    reset() {
      const some = someLinks();
      for (const link of some) link.reset();
      return atOnce(some.map(({ from, to }) => `${from}→${to}`).join(', '));
    },
    'half-open': () => onLink(someLinks(), 'half-open'),
    refused: () => onLink(someLinks(), 'refuse'),
    'Stripe cut before or after the effect'() {
      const fault = random.pick(['cut-requests', 'cut-answers', 'cut'] as const);
      const some = links.filter(({ to }) => to === 'emulator');
      const running = onLink(random.chance(0.5) ? some : [random.pick(some)], fault);
      const isReset = random.chance(0.5);
      return {
        ...running,
        async heal() {
          if (isReset) for (const link of some) link.reset();
          await running.heal();
        },
      };
    },
    'Stripe fails': () =>
      turn('emulator', {
        errorRate: random.pick([0, 0.3]),
        errorAfterEffect: random.pick([0, 0.3]),
        resetBeforeEffect: random.pick([0, 0.3]),
        resetAfterEffect: random.pick([0.2, 0.5]),
        latencyMs: random.pick([0, 0, 1_500]),
      }),
    'webhooks dropped, doubled, late, reordered': () =>
      turn('webhooks', {
        webhooks: {
          dropRate: random.pick([0, 0.5, 1]),
          duplicate: random.pick([1, 3]),
          delayMs: random.pick([0, 500, 4_000]),
          reorder: random.chance(0.5),
        },
      }),
    async 'Redis emptied'() {
      await emptyRedis(system.urlOf('redis')).catch(() => undefined);
      return atOnce('redis');
    },
    'clock wrong'() {
      const name = random.pick(replicas());
      const wrongBy = random.pick([-30, 30]) * SECOND;
      world.tell('clock', clientId(name), String(wrongBy));
      return {
        on: `${name} (${wrongBy / SECOND} s)`,
        untilMs: duration(),
        heal: () => world.tell('clock', clientId(name), undefined),
      };
    },
    async 'torn tail'() {
      await system.hold('nats-streaming', 'SIGKILL');
      const torn = tear(join(system.folder, 'data/nats-streaming'), random);
      system.resume('nats-streaming');
      return atOnce(`nats-streaming (${torn})`);
    },
    'disk full'() {
      const store = random.pick(['nats-streaming', 'redis', 'mongod-orders']);
      if (!world.fillDisk(store, true)) return atOnce('nothing: skipped');
      return {
        on: store,
        untilMs: duration(),
        heal() {
          world.fillDisk(store, false);
          // A channel whose file could not be written stays refused until the broker starts again; whoever makes
          // room on its disk has to see to that.
          if (store === 'nats-streaming') system.kill(store);
        },
      };
    },
    async 'rolling restart'() {
      for (const name of replicas()) {
        system.kill(name, 'SIGTERM');
        await wait(500);
      }
      return atOnce('tickets, orders, payments, expiration');
    },
    'crash point'() {
      const point = random.pick(crashPoints);
      const able = point === 'after-stripe' ? ['payments'] : ['tickets', 'orders', 'payments'];
      const names = replicas().filter((name) => able.includes(name.replace(/-\d$/, '')));
      const name = random.pick(names);
      world.tell('crash', name, point);
      system.kill(name); // it reaches the point in its next life
      return {
        on: `${name} ${point}`,
        untilMs: 4 * SECOND,
        heal: () => world.tell('crash', name, undefined),
      };
    },
  };
}

/** What a power cut leaves of a record that was being written: its beginning, at the end of a channel's newest file. */
function tear(data: string, random: Random): string {
  const channels = readdirSync(data).filter((name) => statSync(join(data, name)).isDirectory());
  const channel = random.pick(channels.sort());
  const files = readdirSync(join(data, channel)).filter((name) => /^msgs\.\d+\.dat$/.test(name));
  const newest = files.sort((a, b) => Number(a.split('.')[1]) - Number(b.split('.')[1])).at(-1);
  if (!newest) return `nothing in ${channel}`;
  const record = Buffer.alloc(28, 1);
  record.writeUInt32LE(200, 0); // 200 bytes are announced, 20 are there
  appendFileSync(join(data, channel, newest), record);
  return `${channel}/${newest}`;
}

async function emptyRedis(url: string): Promise<void> {
  const { connect } = await import('node:net');
  const { hostname, port } = new URL(url);
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write('FLUSHALL\r\n'));
    socket.setTimeout(2 * SECOND, () => socket.destroy(new Error('Redis does not answer')));
    socket.once('data', () => socket.end(resolve));
    socket.once('error', reject);
  });
}
