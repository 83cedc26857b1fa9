import { readFileSync } from 'node:fs';
import type { System } from '../../infra/local/src/system.ts';

type Subscription = {
  queue_name?: string;
  is_durable: boolean;
  last_sent: number;
  pending_count: number;
};
type Channel = { name: string; last_seq: number; subscriptions?: Subscription[] };

/** The events that a durable queue group has not received or not acknowledged, as the broker's monitor reports. */
export async function findConsumerLag(system: System): Promise<string[]> {
  const port = monitorPort(system);
  if (!port) return ['the broker is down'];
  try {
    const url = `http://127.0.0.1:${port}/streaming/channelsz?subs=1&limit=1000`;
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    const { channels = [] } = (await response.json()) as { channels?: Channel[] };
    return channels.flatMap(channelLag);
  } catch {
    return ["the broker's monitor does not answer"];
  }
}

function channelLag({ name, last_seq, subscriptions = [] }: Channel): string[] {
  const groups = new Map<string, { sent: number; pending: number }>();
  for (const { queue_name: group, last_sent, pending_count } of subscriptions) {
    if (!group) continue;
    const { sent, pending } = groups.get(group) ?? { sent: 0, pending: 0 };
    groups.set(group, { sent: Math.max(sent, last_sent), pending: pending + pending_count });
  }
  return [...groups].flatMap(([group, { sent, pending }]) => [
    ...(pending > 0 ? [`lag: ${group} has not acknowledged ${pending} events of ${name}`] : []),
    ...(sent < last_seq ? [`lag: ${group} has not received ${last_seq - sent} events of ${name}`] : []),
  ]);
}

function monitorPort(system: System): string | undefined {
  const broker = system.processes().find(({ name }) => name === 'nats-streaming');
  if (!broker) return undefined;
  try {
    const args = readFileSync(`/proc/${broker.pid}/cmdline`, 'utf8').split('\0');
    return args[args.indexOf('-m') + 1];
  } catch {
    return undefined;
  }
}
