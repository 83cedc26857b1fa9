import { Schema } from 'mongoose';
import type { Category, CloudEvent, EventBus, EventName } from '@ticketing/common';
import { collectionOf, upsertWhere } from '@ticketing/common';
import { db } from '../db.ts';
import type { EventFacts } from './event-identity.ts';
import { addressOf, eventAtOf, slugOf } from './event-identity.ts';
import { omitUndefined } from './omit-undefined.ts';
import { searchWords } from './search.ts';
import { tickets } from './ticket.ts';

/**
 * What people go to: the tickets of one event share its page. The facts are those of the ticket that was listed first.
 * Which tickets are for sale is not stored here, so an event is written once, and no count can be wrong.
 */
export type ListedEvent = EventFacts & {
  _id: string;
  slug: string;
  category?: Category | undefined;
  /** See `eventAtOf`. */
  eventAt: Date;
  /** See `searchWords`. */
  words: string[];
  createdAt: Date;
  /** The event that this one is a duplicate of: its address leads there, and its tickets are shown there. */
  mergedInto?: string;
};

const schema = new Schema<ListedEvent>(
  {
    _id: String,
    slug: String,
    title: String,
    startsAt: Date,
    timeZone: String,
    venue: String,
    city: String,
    category: String,
    eventAt: Date,
    words: [String],
    createdAt: Date,
    mergedInto: String,
  },
  { versionKey: false, autoIndex: false },
);
schema.index({ words: 1, eventAt: 1 }, { name: 'words' });
schema.index({ mergedInto: 1 }, { name: 'merged', sparse: true });

export const ListedEvent = db.model<ListedEvent>('ListedEvent', schema, 'events');

export const listedEvents = collectionOf(ListedEvent);

/** What the event of a ticket is made of. */
type TicketFacts = EventFacts & { eventId: string; category?: Category | undefined };

function eventOf(ticket: TicketFacts): ListedEvent {
  const { eventId: _id, title, startsAt, timeZone, venue, city, category } = ticket;
  const facts = { title, startsAt, timeZone, venue, city, category };
  const keys = { slug: slugOf(facts), eventAt: eventAtOf(facts), words: searchWords(facts) };
  return omitUndefined({ _id, ...facts, ...keys, createdAt: new Date() });
}

/** Events that this process has stored. */
const stored = new Set<string>();
const MAX_STORED = 10_000;

/**
 * Stores the event of a ticket, unless this process knows that it is stored. The id is the unique key, so replicas that
 * list tickets of a new event at once store it once.
 */
export async function storeEvent(ticket: TicketFacts): Promise<void> {
  if (stored.has(ticket.eventId)) return;
  const { _id, ...event } = eventOf(ticket);
  await upsertWhere(ListedEvent, { _id }, { $setOnInsert: event });
  if (stored.size >= MAX_STORED) stored.clear();
  stored.add(_id);
}

type Publisher = Pick<EventBus, 'status' | 'publish'>;

/**
 * The bus for the outbox of the tickets: it stores the event that a ticket is for before it publishes the ticket. So no
 * request waits for that write, and a crash loses none, because the outbox keeps the ticket until both are done.
 */
export function storeEventsFirst(bus: Publisher): Publisher {
  return {
    get status() {
      return bus.status;
    },
    async publish<N extends EventName>(event: CloudEvent<N>) {
      const ticket = event.data as Partial<CloudEvent<'ticket:updated'>['data']>;
      const { eventId, title, startsAt } = ticket;
      if (eventId && title)
        await storeEvent({ ...ticket, eventId, title, startsAt: startsAt ? new Date(startsAt) : undefined });
      return bus.publish(event);
    },
  };
}

/** The events with these ids, also of tickets that were listed a moment ago and whose event is not stored yet. */
export async function findEvents(ids: string[]): Promise<Map<string, ListedEvent>> {
  const events = await listedEvents.find({ _id: { $in: ids } }).toArray();
  const found = new Map(events.map((event) => [event._id, event]));
  for (const eventId of ids) {
    if (found.has(eventId)) continue;
    const ticket = await tickets.findOne({ eventId });
    if (ticket) found.set(eventId, eventOf(ticket));
  }
  return found;
}

/** The event with this address, which is a slug or an id, and the ids of all events that are merged into it. */
export async function findEvent(address: string): Promise<{ event: ListedEvent; ids: string[] } | undefined> {
  const found = await findByAddress(address);
  const event = found?.mergedInto ? (await findEvents([found.mergedInto])).get(found.mergedInto) : found;
  if (!event) return undefined;
  const merged = await listedEvents.find({ mergedInto: event._id }, { projection: { _id: 1 } }).toArray();
  return { event, ids: [event._id, ...merged.map(({ _id }) => _id)] };
}

async function findByAddress(address: string): Promise<ListedEvent | undefined> {
  const { id, beginning } = addressOf(address);
  if (id) return (await findEvents([id])).get(id);
  if (!beginning) return undefined;
  const range = { $gte: beginning, $lt: `${beginning}g` };
  const event = await listedEvents.findOne({ _id: range, slug: address });
  if (event) return event;
  const ticket = await tickets.findOne({ eventId: range });
  const fresh = ticket && eventOf(ticket);
  return fresh?.slug === address ? fresh : undefined;
}
