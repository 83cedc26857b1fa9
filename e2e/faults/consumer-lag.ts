import type { System } from '../../infra/local/src/system.ts';

type Subscription = {
  queue_name?: string;
  is_durable: boolean;
  last_sent: number;
  pending_count: number;
};
type Channel = { name: string; last_seq: number; subscriptions?: Subscription[] };

/** The part of JetStream's page `/jsz` that is used here. */
type JetStream = {
  account_details?: {
    stream_detail?: {
      consumer_detail?: { name: string; num_pending: number; num_ack_pending: number }[];
    }[];
  }[];
};

/** The events that a durable queue group has not received or not acknowledged, as the broker's monitor reports. */
export async function findConsumerLag(system: System): Promise<string[]> {
  const monitor = system.processes().find(({ monitorUrl }) => monitorUrl)?.monitorUrl;
  if (!monitor) return ['the broker is down'];
  const read = async (page: string) => {
    const response = await fetch(`${monitor}/${page}`, { signal: AbortSignal.timeout(5_000) });
    return response.json();
  };
  try {
    if (system.broker !== 'nats-streaming')
      return streamLag((await read('jsz?accounts=true&streams=true&consumers=true')) as JetStream);
    const { channels = [] } = (await read('streaming/channelsz?subs=1&limit=1000')) as {
      channels?: Channel[];
    };
    return channels.flatMap(channelLag);
  } catch {
    return ["the broker's monitor does not answer"];
  }
}

/** The name of a durable consumer has its group; that of an observer is random letters and digits. */
function streamLag({ account_details = [] }: JetStream): string[] {
  return account_details
    .flatMap(({ stream_detail = [] }) => stream_detail)
    .flatMap(({ consumer_detail = [] }) => consumer_detail)
    .filter(
      ({ name, num_pending, num_ack_pending }) => name.includes('_') && num_pending + num_ack_pending > 0,
    )
    .map(({ name, num_pending, num_ack_pending }) => {
      return `lag: ${name} has not received ${num_pending} and not acknowledged ${num_ack_pending} events`;
    });
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
