import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { connectToNats, createLogger, eventNames } from '@ticketing/common';
import type { CloudEvent } from '@ticketing/common';

export type Seen = { at: number; event: CloudEvent };

/** All that one aggregate told, by version; `told` also has repetitions, in the order of their arrival. */
export type Trail = { kind: string; id: string; versions: Map<number, Seen>; told: Seen[] };

export type Audit = {
  trails: Map<string, Trail>;
  /** Deliveries of an event that was delivered before, whoever repeated it. */
  duplicates: () => number;
  events: () => number;
  /** Events that bear one id but tell different states. */
  contradictions: string[];
  trailOf: (kind: string, id: string) => Trail | undefined;
  close: () => Promise<void>;
};

/**
 * One more service on the bus: a durable group of its own on every subject, which only writes down. What it has not
 * seen, no service can be sure to have seen.
 */
export async function openAudit(url: string, file: string): Promise<Audit> {
  mkdirSync(dirname(file), { recursive: true });
  const trails = new Map<string, Trail>();
  const contradictions: string[] = [];
  let events = 0;
  let duplicates = 0;
  const log = createLogger('audit', 'silent');
  const bus = await connectToNats({
    url,
    clusterId: 'ticketing',
    clientId: 'audit-1',
    group: 'audit',
    deadLetters: async () => undefined,
    log,
  });
  for (const name of eventNames) bus.subscribe(name, async (_data, event) => note(event));
  await bus.ready();

  function note(event: CloudEvent) {
    const seen = { at: Date.now(), event };
    appendFileSync(file, `${JSON.stringify(seen)}\n`);
    events += 1;
    const [kind = '', id = '', version] = event.id.split(':');
    const key = `${kind}:${id}`;
    const trail = trails.get(key) ?? { kind, id, versions: new Map<number, Seen>(), told: [] };
    trails.set(key, trail);
    trail.told.push(seen);
    const before = trail.versions.get(Number(version));
    if (before) {
      duplicates += 1;
      const [one, other] = [stateOf(before.event), stateOf(event)];
      if (one !== other) contradictions.push(`I6 ${event.id} was told as ${one} and as ${other}`);
    } else trail.versions.set(Number(version), seen);
  }

  return {
    trails,
    contradictions,
    duplicates: () => duplicates,
    events: () => events,
    trailOf: (kind, id) => trails.get(`${kind}:${id}`),
    close: () => bus.close(),
  };
}

function stateOf({ data }: CloudEvent): string {
  return JSON.stringify(
    Object.entries(data)
      .filter(([field]) => field !== 'refusedOrderId')
      .sort(),
  );
}
