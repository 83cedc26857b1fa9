import fc from 'fast-check';
import request from 'supertest';
import type { EventData, EventName, OutboxEntry } from '@ticketing/common';
import { eventually, sessionCookie } from '@ticketing/common/testing';
import { Ticket } from '../../tickets/src/models/ticket.ts';
import { useService } from '../../tickets/test/fixtures.ts';
import { onServers } from './on-servers.ts';
import { findInvalidStep } from './paths.ts';
import { ChangeTicket, HandleOrder, otherUser, seller } from './tickets-commands.ts';
import type { PublishedEvent } from './tickets-model.ts';
import { Model } from './tickets-model.ts';

// Random command sequences (fast-check) about one ticket run against the real service, with a real database. The seller
// edits and withdraws the ticket, and events of six orders arrive late, in any order and twice at once.
// tickets-model.ts states the expected result independently of the service's own table.

const seed = Number(process.env['MODEL_SEED'] ?? 20);
const RUNS = 30;
const OUTAGES = 4;
const MINUTE = 60_000;

const service = onServers(useService);
const { app, bus, eventsOf } = service;

const facts = [
  ['order:created', 'created'],
  ['order:updated', 'awaiting:payment'],
  ['order:updated', 'complete'],
  ['order:updated', 'refunded'],
  ['order:updated', 'cancelled'],
  ['order:cancelled', 'cancelled'],
] as const;
const number = fc.integer({ min: 1, max: 6 });
const orderEvents = fc
  .tuple(number, fc.constantFrom(...facts), fc.constantFrom(1, 1, 2))
  .map(([nth, fact, times]) => new HandleOrder(fact, times, nth));
const titles = fc.constantFrom('front row', 'back row', 'balcony');
const edits = fc
  .tuple(titles, fc.constantFrom('no', 'the current', 'an older'), fc.constantFrom(seller, seller, otherUser))
  .map(([title, seen, by]) => new ChangeTicket(title, seen, by));
const withdrawals = fc.constantFrom(seller, otherUser).map((by) => new ChangeTicket(undefined, 'no', by));
const contestedChanges = fc
  .tuple(fc.option(titles, { nil: undefined }), number)
  .map(([title, nth]) => new ChangeTicket(title, 'no', seller, nth));
// Events that lead to a sale are more frequent than those that end the sequence early.
const saleEvents = fc
  .constantFrom(facts[0], facts[0], facts[2], facts[5])
  .map((fact) => new HandleOrder(fact, 1));
const commandSequences = fc.commands(
  [
    saleEvents,
    orderEvents,
    saleEvents,
    edits,
    orderEvents,
    saleEvents,
    contestedChanges,
    orderEvents,
    withdrawals,
  ],
  { maxCommands: 25, size: 'max' },
);

async function createModel(): Promise<Model> {
  const { body } = await request(app)
    .post('/api/tickets')
    .set('Cookie', sessionCookie(seller))
    .send({ title: 'as listed', price: 20 })
    .expect(201);
  return new Model(body.id);
}

function publishedEvent({ name, data }: { name: EventName; data: unknown }): PublishedEvent {
  const { version, status, orderId, reservationSeq, title } = data as EventData<'ticket:updated'>;
  const { refusedOrderId } = data as Partial<EventData<'ticket:reservation-refused'>>;
  return { name, version, status, orderId, reservationSeq, title, ...(refusedOrderId && { refusedOrderId }) };
}

async function outboxOf({ id }: Model): Promise<OutboxEntry[]> {
  const found = await Ticket.collection.findOne<Ticket>({ _id: id as never }, { projection: { outbox: 1 } });
  return found?.outbox ?? [];
}

/** Exactly the expected events are published, in any order. */
async function assertPublished({ id, changes, answers }: Model, isAnswered: boolean) {
  const expected = [...changes, ...(isAnswered ? answers : [])];
  await eventually(() => eventsOf(id).length >= expected.length);
  expect(sorted(eventsOf(id).map(publishedEvent))).toEqual(sorted(expected));
  expect(findInvalidStep({ of: 'ticket', states: eventsOf(id).map(({ data }) => data) })).toBeUndefined();
}

function sorted(events: PublishedEvent[]): PublishedEvent[] {
  return events.sort((a, b) => a.version - b.version);
}

const limits = { interruptAfterTimeLimit: 3 * MINUTE, markInterruptAsFailure: true };

it(
  'tickets changes a ticket as the model expects and publishes each change, after any command sequence',
  async () => {
    const ends = new Map<string, number>();
    let steps = 0;
    await fc.assert(
      fc.asyncProperty(fc.noBias(commandSequences), async (commands) => {
        const model = await createModel();
        await fc.asyncModelRun(() => ({ model, real: service }), commands);
        await assertPublished(model, true);
        await eventually(async () => (await outboxOf(model)).length === 0);
        ends.set(model.status, (ends.get(model.status) ?? 0) + 1);
        steps += model.version;
      }),
      { seed, numRuns: RUNS, ...limits },
    );
    process.stderr.write(
      `Command sequences of tickets: MODEL_SEED=${seed}, ${RUNS} runs, ${steps} changes, ` +
        `ended ${JSON.stringify(Object.fromEntries(ends))}\n`,
    );
    expect(ends.get('sold')).toBeGreaterThan(0);
    expect(ends.get('withdrawn')).toBeGreaterThan(0);
  },
  5 * MINUTE,
);

it(
  'tickets keeps unpublished events in the outbox and publishes all of them once the broker is back',
  async () => {
    const models: Model[] = [];
    bus.status = 'down';
    await fc.assert(
      fc.asyncProperty(fc.noBias(commandSequences), async (commands) => {
        const model = await createModel();
        models.push(model);
        await fc.asyncModelRun(() => ({ model, real: service }), commands);
        const kept = (await outboxOf(model)).map(({ s, d }) => publishedEvent({ name: s, data: d }));
        expect(kept).toEqual(model.changes);
      }),
      { seed, numRuns: OUTAGES, ...limits },
    );
    expect(models.flatMap(({ id }) => eventsOf(id))).toEqual([]);

    bus.status = 'up';

    for (const model of models) {
      await assertPublished(model, false);
      await eventually(async () => (await outboxOf(model)).length === 0);
    }
  },
  5 * MINUTE,
);
