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
  const monitor = system.processes().find(({ monitorUrl }) => monitorUrl)?.monitorUrl;
  if (!monitor) return ['the broker is down'];
  try {
    const url = `${monitor}/streaming/channelsz?subs=1&limit=1000`;
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
