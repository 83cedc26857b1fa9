/** What the HTTP monitor of NATS Streaming says; its protocol does not say how far a group is, or that a channel is empty. */
import { get } from 'node:http';
import { json } from 'node:stream/consumers';
import type { EventName } from '../events.ts';
import { SECOND } from './connection.ts';
import { busLag } from './metrics.ts';

const MEASURE_MS = 15 * SECOND;
const ANSWER_MS = 5 * SECOND;

/** The parts of a page `/streaming/channelsz?channel=…&subs=1` that are used here. */
type Channel = {
  msgs: number;
  last_seq: number;
  subscriptions?: { queue_name?: string; last_sent: number; pending_count: number }[];
};

/**
 * Reports how far the group is behind in the channels of `readers`, until the connection has `ended`. Without an answer the
 * metric keeps its value: the connection itself shows whether the broker runs.
 */
export function measureLag(
  monitorUrl: string,
  { group, readers }: { group: string; readers: Iterable<{ name: EventName; group?: string }> },
  ended: Promise<void>,
): void {
  const measure = async () => {
    const names = Array.from(readers).flatMap((reader) => (reader.group === group ? [reader.name] : []));
    for (const channel of names)
      busLag.set({ channel }, lagOf(await readChannel(monitorUrl, channel), group));
  };
  const timer = setInterval(() => void measure().catch(() => undefined), MEASURE_MS).unref();
  void ended.then(() => clearInterval(timer));
}

/** Whether a channel that has subscriptions stores no event. False where the monitor does not answer. */
export async function isEmpty(monitorUrl: string, channel: EventName): Promise<boolean> {
  const read = await readChannel(monitorUrl, channel).catch(() => undefined);
  return read?.msgs === 0;
}

/** Not with `fetch`, whose code takes 30 ms of CPU to load. */
function readChannel(monitorUrl: string, channel: EventName): Promise<Channel> {
  const page = `${monitorUrl}/streaming/channelsz?channel=${encodeURIComponent(channel)}&subs=1`;
  return new Promise<unknown>((resolve, reject) => {
    const request = get(page, { signal: AbortSignal.timeout(ANSWER_MS) }, (response) =>
      resolve(json(response)),
    );
    request.on('error', reject);
  }) as Promise<Channel>;
}

/** Events that the members of the group have not got, or not acknowledged. The server names it after queue and durable. */
function lagOf({ last_seq, subscriptions = [] }: Channel, group: string): number {
  const members = subscriptions.filter(({ queue_name }) => queue_name === `${group}:${group}`);
  const sent = Math.max(0, ...members.map(({ last_sent }) => last_sent));
  return last_seq - sent + members.reduce((sum, { pending_count }) => sum + pending_count, 0);
}
