import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventName } from '../common/src/events.ts';
import { eventNames, events } from '../common/src/events.ts';
import serviceList from '../services.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');
const eventsSource = readFileSync(join(root, 'common/src/events.ts'), 'utf8');
const sources = new Map(Object.keys(serviceList).map((service) => [service, sourceOf(service)]));

function sourceOf(service: string): string {
  const folder = join(root, service, 'src');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

function servicesWith(pattern: RegExp): string[] {
  return [...sources].flatMap(([service, text]) => (pattern.test(text) ? [service] : []));
}

/** The services that subscribe to an event in a queue group: one process of each handles it. */
export function consumersOf(name: EventName): string[] {
  return servicesWith(new RegExp(`\\.subscribe\\(\\s*'${name}'`));
}

/** The services of which every process receives an event. */
export function observersOf(name: EventName): string[] {
  // observeRevocations of common observes session:ended for every service that calls it.
  if (name === 'session:ended') return servicesWith(/observeRevocations\(/);
  const ofOrders = name.startsWith('order:') ? '|of orderEvents\\) bus\\.observe\\(' : '';
  return servicesWith(new RegExp(`\\.observe\\(\\s*'${name}'${ofOrders}`));
}

/** The doc comment of an event in common/src/events.ts. */
export function commentOf(name: EventName): string {
  return new RegExp(`/\\*\\* (.*) \\*/\\s+'${name}':`).exec(eventsSource)?.[1] ?? '';
}

/** The events, those of one schema together. */
export function eventGroups(): EventName[][] {
  const groups = new Map<unknown, EventName[]>();
  for (const name of eventNames) groups.set(events[name], [...(groups.get(events[name]) ?? []), name]);
  return [...groups.values()];
}
