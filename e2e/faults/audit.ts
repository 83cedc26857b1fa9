import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CloudEvent } from '@ticketing/common';
import { connectToEvents, createLogger, eventNames } from '@ticketing/common';
import type { EventBusName } from '../../infra/local/src/system-options.ts';

export type Delivery = { at: number; event: CloudEvent };

/**
 * The published events of one aggregate: the first delivery by version, and all deliveries, duplicates included, in the
 * order of their arrival.
 */
export type Trail = { kind: string; id: string; versions: Map<number, Delivery>; deliveries: Delivery[] };

export type Audit = {
  trails: Map<string, Trail>;
  /** The number of repeated deliveries, caused by the publisher or by the broker. */
  duplicates: () => number;
  events: () => number;
  /** Events with the same id and different states. */
  contradictions: string[];
  findTrail: (kind: string, id: string) => Trail | undefined;
  close: () => Promise<void>;
};

/**
 * Fields that two versions of the programs may publish with different values for one state. A ticket that an earlier version
 * changed has the event of its old facts until the search keys are rebuilt. The confirmation of an order has no version of its
 * own, except in the releases before decision 47.
 */
const differsInRollOut = new Set(['eventId', 'ticketConfirmed']);

/**
 * Subscribes to every subject as a durable queue group of its own and records each event in memory and in a file. An
 * event that is missing here may be missing in any service.
 * With `isMixed`, two versions of the programs publish, and one may lack fields of the other.
 */
export async function openAudit(
  url: string,
  { eventBus, file, isMixed }: { eventBus: EventBusName; file: string; isMixed: boolean },
): Promise<Audit> {
  mkdirSync(dirname(file), { recursive: true });
  const trails = new Map<string, Trail>();
  const contradictions: string[] = [];
  let events = 0;
  let duplicates = 0;
  const bus = await connectToEvents({
    eventBus,
    url,
    clusterId: 'ticketing',
    clientId: 'audit-1',
    group: 'audit',
    deadLetters: async () => undefined,
    log: createLogger('audit', 'silent'),
  });
  for (const name of eventNames) bus.subscribe(name, async (_data, event) => record(event));
  await bus.ready();

  function record(published: CloudEvent) {
    const at = Date.now();
    appendFileSync(file, `${JSON.stringify({ at, event: published })}\n`);
    const event = isMixed ? withoutDifferences(published) : published;
    const delivery = { at, event };
    events += 1;
    const [kind = '', id = '', version] = event.id.split(':');
    const key = `${kind}:${id}`;
    const trail = trails.get(key) ?? { kind, id, versions: new Map<number, Delivery>(), deliveries: [] };
    trails.set(key, trail);
    trail.deliveries.push(delivery);
    const first = trail.versions.get(Number(version));
    if (!first) {
      trail.versions.set(Number(version), delivery);
      return;
    }
    duplicates += 1;
    const isInBoth = (field: string) => field in first.event.data && field in event.data;
    const isCompared = (field: string) => !isMixed || isInBoth(field);
    const [one, other] = [stateOf(first.event, isCompared), stateOf(event, isCompared)];
    if (one !== other) contradictions.push(`I6 ${event.id} was published as ${one} and as ${other}`);
  }

  return {
    trails,
    contradictions,
    duplicates: () => duplicates,
    events: () => events,
    findTrail: (kind, id) => trails.get(`${kind}:${id}`),
    close: () => bus.close(),
  };
}

function withoutDifferences(event: CloudEvent): CloudEvent {
  const fields = Object.entries(event.data).filter(([field]) => !differsInRollOut.has(field));
  return { ...event, data: Object.fromEntries(fields) as CloudEvent['data'] };
}

function stateOf({ data }: CloudEvent, isCompared: (field: string) => boolean): string {
  return JSON.stringify(
    Object.entries(data)
      .filter(([field]) => field !== 'refusedOrderId' && isCompared(field))
      .sort(),
  );
}
