import { setTimeout as wait } from 'node:timers/promises';
import type { Link, LinkFault } from '../proxy.ts';
import type { ActiveFault, FaultContext, Injectors } from './fault-context.ts';
import { instantFault, randomDuration } from './fault-context.ts';

type Kind =
  | 'broker restarted while a service is disconnected'
  | 'link cut'
  | 'link cut one way'
  | 'link slow'
  | 'link reset'
  | 'link half-open'
  | 'connections refused'
  | 'Stripe cut before or after the effect';

/** Faults of the connections between processes. */
export function linkFaults(context: FaultContext): Injectors<Kind> {
  const { world, random } = context;
  const { system, links } = world;
  const breakSome = (fault: LinkFault, delayMs?: number) =>
    breakLinks(context, pickLinks(context), fault, delayMs);
  return {
    async 'broker restarted while a service is disconnected'() {
      const service = random.pick(['tickets', 'orders', 'payments', 'audit']);
      const affected = links.filter(({ from, to }) => from.startsWith(service) && to === system.broker);
      const cut = breakLinks(context, affected, 'refuse');
      await wait(random.between(300, 1_000));
      system.kill(system.broker);
      return { ...cut, on: `${service}, ${system.broker}`, durationMs: random.between(1_000, 3_000) };
    },
    'link cut': () => breakSome('cut'),
    'link cut one way': () => {
      const affected = pickLinks(context);
      return breakLinks(context, affected, random.pick(['cut-requests', 'cut-responses'] as const));
    },
    'link slow': () => {
      const affected = pickLinks(context);
      return breakLinks(context, affected, 'slow', random.between(200, 3_000));
    },
    'link reset'() {
      const affected = pickLinks(context);
      for (const link of affected) link.reset();
      return instantFault(describeLinks(affected));
    },
    'link half-open': () => breakSome('half-open'),
    'connections refused': () => breakSome('refuse'),
    'Stripe cut before or after the effect'() {
      const fault = random.pick(['cut-requests', 'cut-responses', 'cut'] as const);
      const toStripe = links.filter(({ to }) => to === 'emulator');
      const active = breakLinks(context, random.chance(0.5) ? toStripe : [random.pick(toStripe)], fault);
      const isReset = random.chance(0.5);
      return {
        ...active,
        async heal() {
          if (isReset) for (const link of toStripe) link.reset();
          await active.heal();
        },
      };
    },
  };
}

/** One link, or all links from one service to one store. Links to the emulator are never among them. */
function pickLinks({ world, random }: FaultContext): Link[] {
  const links = world.links.filter(({ to }) => to !== 'emulator');
  const link = random.pick(links);
  const service = link.from.replace(/-\d$/, '');
  return random.chance(0.5)
    ? [link]
    : links.filter(({ from, to }) => from.replace(/-\d$/, '') === service && to === link.to);
}

function breakLinks(
  { random }: FaultContext,
  links: Link[],
  fault: LinkFault,
  delayMs?: number,
): ActiveFault {
  for (const link of links) link.break(fault, delayMs);
  return {
    on: `${describeLinks(links)} (${fault}${delayMs ? ` ${Math.round(delayMs)} ms` : ''})`,
    durationMs: randomDuration(random),
    heal: async () => {
      await Promise.all(links.map((link) => link.heal()));
    },
  };
}

function describeLinks(links: Link[]): string {
  return links.map(({ from, to }) => `${from}→${to}`).join(', ');
}
