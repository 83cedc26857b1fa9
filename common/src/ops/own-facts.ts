import { deferred } from '../bus/deferred.ts';
import type { StoredDeadLetters } from '../bus/stored-dead-letters.ts';
import type { EventBus } from '../event-bus.ts';
import { eventOwners } from '../event-owners.ts';
import type { CloudEvent, EventName } from '../events.ts';
import { eventNames } from '../events.ts';
import { idTimestampMs } from '../store/mongo.ts';
import type { DeadLetterFact, Facts, Ids, Moment, StoredFacts, WaitingEvent } from '../timeline/facts.ts';

const MINUTE_MS = 60_000;
const EVENT_LOG_MS = 30 * 24 * 60 * MINUTE_MS;
const READ_MS = 20_000;

export type FactSources = {
  read: (ids: Ids) => Promise<StoredFacts>;
  deadLetters: Pick<StoredDeadLetters, 'read'>;
  bus: Pick<EventBus, 'observe'>;
};

/**
 * Reads what a service knows: its store, its dead letters, and of the event log the events that it published. What cannot
 * be read is a problem in the result, because the other parts are still worth reading.
 */
export async function ownFacts(
  service: string,
  ids: Ids,
  { read, deadLetters, bus }: FactSources,
  { withinMs = READ_MS, maxEvents = Infinity }: { withinMs?: number; maxEvents?: number } = {},
): Promise<Facts> {
  const problems: string[] = [];
  const orNone = async <T>(what: string, part: Promise<T>, none: T): Promise<T> => {
    try {
      return await inTime(part, withinMs);
    } catch (error) {
      problems.push(`${service}: ${what} cannot be read: ${(error as Error).message}`);
      return none;
    }
  };
  const nothing: StoredFacts = { moments: [] };
  const events = new Map<string, CloudEvent>();
  const [stored, unhandled] = await Promise.all([
    orNone('the store', read(ids), nothing),
    orNone('the dead letters', deadLetters.read(), []),
    orNone(
      'the whole event log',
      readPublished(events, { bus, service, ids, withinMs, maxEvents }),
      undefined,
    ),
  ]);
  const own = unhandled.filter(({ event }) => mentions(event, ids));
  return {
    ...stored,
    service,
    readAt: new Date().toISOString(),
    moments: [...stored.moments, ...[...events.values()].map(momentOf)],
    deadLetters: own.map(({ id, at, channel, event, error }): DeadLetterFact => {
      const { id: eventId = '' } = (event ?? {}) as Partial<CloudEvent>;
      return { id, at: at.toISOString(), type: channel, eventId, error };
    }),
    problems: [...(stored.problems ?? []), ...problems],
  };
}

/** The events that wait in the outboxes of some documents. */
export function waitingEvents(
  documents: { outbox?: { id: string; s: EventName; t: Date }[] }[],
): WaitingEvent[] {
  return documents.flatMap(({ outbox = [] }) =>
    outbox.map(({ id, s, t }) => ({ id, type: s, since: t.toISOString() })),
  );
}

type Replay = {
  bus: FactSources['bus'];
  service: string;
  ids: Ids;
  withinMs: number;
  maxEvents: number;
};

/**
 * Adds the first publication of each event that mentions one of the ids, from the time of the oldest id. Rejects after
 * `maxEvents` events, whether they mention one or not.
 */
async function readPublished(
  found: Map<string, CloudEvent>,
  { bus, service, ids, withinMs, maxEvents }: Replay,
): Promise<void> {
  const oldest = Math.min(...[...ids.orders, ...ids.tickets, ...ids.users].map(idTimestampMs));
  if (oldest === Infinity) return;
  const sinceMs = Math.min(EVENT_LOG_MS, Date.now() - oldest + MINUTE_MS);
  const names = eventNames.filter((name) => name !== 'resync:requested' && isOwner(service, name));
  let seen = 0;
  const full = deferred();
  const observations = names.map((name) =>
    bus.observe(
      name,
      (_data, event) => {
        seen += 1;
        if (seen > maxEvents) return full.resolve();
        // A replay, and an event that is published again, have the time of that publication.
        if (!event.replay && !found.has(event.id) && mentions(event, ids)) found.set(event.id, event);
      },
      { sinceMs, isAside: true },
    ),
  );
  try {
    const replayed = Promise.all(observations.map((observation) => observation.replayed));
    await inTime(Promise.race([replayed, full.promise]), withinMs);
    if (seen > maxEvents) throw new Error(`it has more than ${maxEvents} events since then`);
  } finally {
    for (const observation of observations) observation.close();
  }
}

/** A store or a broker that is unavailable may never answer. */
async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1_000} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function isOwner(service: string, name: EventName): boolean {
  return (eventOwners[name] as readonly string[]).includes(service);
}

function mentions(event: unknown, { orders, tickets, users }: Ids): boolean {
  const text = JSON.stringify(event) ?? '';
  return [...orders, ...tickets, ...users].some((id) => text.includes(id));
}

type Data = {
  id?: string;
  status?: string;
  reason?: string | null;
  orderId?: string | null;
  refusedOrderId?: string;
  ticket?: { id: string };
  refundedAmount?: number;
  dispute?: { status: string };
  sid?: string | null;
  sellingSuspended?: boolean;
};

function momentOf({ id, source, type, subject, time, traceparent, data }: CloudEvent): Moment {
  const [kind = '', , version, ...more] = id.split(':');
  const fields = data as Data;
  const isTimer = type === 'expiration:complete';
  const { orderId, refusedOrderId, ticket } = fields;
  return {
    at: time,
    service: source,
    kind: isTimer ? 'timer' : kind === 'session' ? 'user' : (kind as Moment['kind']),
    id: subject,
    ...(!isTimer && more.length === 0 && { version: Number(version) }),
    what: describe(type, kind, fields),
    orderId: kind === 'order' ? subject : (refusedOrderId ?? orderId ?? undefined),
    ticketId: kind === 'ticket' ? subject : ticket?.id,
    traceId: traceparent?.split('-')[1],
  };
}

function describe(type: EventName, kind: string, data: Data): string {
  switch (type) {
    case 'expiration:complete':
      return 'timer fired';
    case 'ticket:created':
      return 'ticket listed';
    case 'ticket:reservation-refused':
      return `reservation by order ${data.refusedOrderId} refused, ticket ${data.status}`;
    case 'session:ended':
      return data.sid === null ? 'all sessions ended' : 'a session ended';
    case 'user:updated':
      return data.sellingSuspended ? 'selling suspended' : 'selling allowed';
    default: {
      if (data.status === undefined) return type;
      const details = [
        data.reason && `(${data.reason})`,
        kind === 'ticket' && data.orderId && `for order ${data.orderId}`,
        data.refundedAmount && `${data.refundedAmount} returned`,
        data.dispute && `dispute ${data.dispute.status}`,
      ].filter(Boolean);
      return [`${kind} ${data.status}`, ...details].join(' ');
    }
  }
}
