import { newId } from '@ticketing/common';
import type { EventData, EventName, OutboxEntry, TicketStatus } from '@ticketing/common';
import { aUser, eventually, sessionCookie } from '@ticketing/common/testing';
import fc from 'fast-check';
import request from 'supertest';
import { findTicket, Ticket } from '../../tickets/src/models/ticket.ts';
import { anOrder, useService } from '../../tickets/test/fixtures.ts';
import { onServers } from './on-servers.ts';
import { strayStep } from './paths.ts';

// Whole stories of one ticket, told to the real service over a real database: its seller edits and withdraws it, and
// what orders tells of six orders comes in any order, any of it twice at once, however late. What must come of it is
// written down here a second time, in other words than in the service's own table.

const seed = Number(process.env['MODEL_SEED'] ?? 20);
const RUNS = 30;
const OUTAGES = 4;
const MINUTE = 60_000;

const { app, bus, eventsOf } = onServers(useService);

const seller = aUser();
const stranger = aUser();

type Telling = {
  name: EventName;
  version: number;
  status: TicketStatus;
  orderId: string | null;
  reservationSeq: number;
  title: string;
  refusedOrderId?: string;
};

/** Orders of the ticket are named by their numbers: 1 is the first that was ever made. */
class Model {
  readonly id: string;
  readonly orders = [1, 2, 3, 4, 5, 6].map(() => ({ id: newId(), buyerId: newId() }));
  title = 'as listed';
  version = 0;
  isWithdrawn = false;
  isSold = false;
  holder: number | undefined;
  /** The highest number heard of; what has a lower one is over. */
  latest = 0;
  refused: number | undefined;
  readonly changes: Telling[] = [];
  readonly answers: Telling[] = [];

  constructor(id: string) {
    this.id = id;
    this.changes.push(this.state('ticket:created'));
  }

  get status(): TicketStatus {
    if (this.isWithdrawn) return 'withdrawn';
    if (this.isSold) return 'sold';
    return this.holder === undefined ? 'available' : 'reserved';
  }

  idOf(number: number | undefined): string | undefined {
    return number === undefined ? undefined : this.orders[number - 1]?.id;
  }

  state(name: EventName): Telling {
    const { version, status, latest, title } = this;
    return { name, version, status, orderId: this.idOf(this.holder) ?? null, reservationSeq: latest, title };
  }

  refusal(number: number): Telling {
    return { ...this.state('ticket:reservation-refused'), refusedOrderId: this.idOf(number) ?? '' };
  }

  change(what: Partial<Pick<Model, 'title' | 'isWithdrawn' | 'isSold' | 'holder' | 'latest'>>) {
    Object.assign(this, what);
    this.version++;
    this.changes.push(this.state('ticket:updated'));
  }

  hear(number: number, heard: Heard) {
    const isLatest = number > this.latest;
    const isHolder = number === this.holder;
    switch (heard) {
      case 'created':
        if (!isLatest) return this.answer(number);
        this.latest = number;
        if (!this.isSold && !this.isWithdrawn) return this.change({ holder: number });
        this.refused = number;
        this.version++;
        this.changes.push(this.refusal(number));
        return;
      case 'cancelled':
        // Of two orders the newer can only have been made when the older had ended.
        if (isLatest) this.change({ latest: number, ...(!this.isSold && { holder: undefined }) });
        else if (isHolder && !this.isSold) this.change({ holder: undefined });
        return;
      case 'complete':
        if (isHolder && !this.isSold) this.change({ isSold: true });
        return;
      case 'refunded':
        if (isHolder) this.change({ isWithdrawn: true, isSold: false, holder: undefined });
        return;
      case 'awaiting:payment':
    }
  }

  /** Who asks again may have lost the answer. */
  private answer(number: number) {
    if (number === this.holder) this.answers.push(this.state('ticket:updated'));
    else if (number === this.refused) this.answers.push(this.refusal(number));
  }

  async assertSame() {
    const ticket = await findTicket(this.id);
    expect(ticket).toMatchObject({
      status: this.status,
      reservationSeq: this.latest,
      version: this.version,
      title: this.title,
    });
    const holder = this.holder === undefined ? undefined : this.orders[this.holder - 1];
    expect(ticket?.orderId).toBe(holder?.id);
    expect(ticket?.buyerId).toBe(holder?.buyerId);
    expect(ticket?.refusedOrderId).toBe(this.idOf(this.refused));
    expect(ticket?.soldAt !== undefined).toBe(this.isSold);
  }
}
type Heard = 'created' | 'awaiting:payment' | 'complete' | 'refunded' | 'cancelled';
type Story = fc.AsyncCommand<Model, object>;

async function deliver(model: Model, number: number, name: OrderEvent, status: Heard) {
  const ticket = await findTicket(model.id);
  const order = model.orders[number - 1];
  if (!ticket || !order) throw new Error('unreachable: both were made before the story');
  const data = { id: order.id, userId: order.buyerId, reservationSeq: number, status };
  expect(await bus.deliver(name, anOrder(ticket, data))).toBe('ack');
}
type OrderEvent = 'order:created' | 'order:updated' | 'order:cancelled';

class Hear implements Story {
  readonly number: number | undefined;
  readonly name: OrderEvent;
  readonly status: Heard;
  readonly times: number;
  constructor([name, status]: readonly [OrderEvent, Heard], times: number, number?: number) {
    this.number = number;
    this.name = name;
    this.status = status;
    this.times = times;
  }
  check = () => true;
  async run(model: Model) {
    const number = this.number ?? this.whomItConcerns(model);
    const atOnce = Array.from({ length: this.times }, () => deliver(model, number, this.name, this.status));
    await Promise.all(atOnce);
    for (let time = 0; time < this.times; time++) model.hear(number, this.status);
    await model.assertSame();
  }
  private whomItConcerns({ holder, latest, orders }: Model): number {
    return this.status === 'created' ? Math.min(latest + 1, orders.length) : (holder ?? Math.max(latest, 1));
  }
  toString = () =>
    `${this.name} of ${this.number ? `order ${this.number}` : 'the order that it concerns'}, ` +
    `${this.status}${this.times > 1 ? ', twice at once' : ''}`;
}

const refusals: Partial<Record<TicketStatus, string>> = {
  reserved: 'ticket_reserved',
  sold: 'ticket_sold',
  withdrawn: 'ticket_withdrawn',
};

/** An edit or, where there is no title, a withdrawal. */
class Sell implements Story {
  readonly title: string | undefined;
  readonly seen: 'nothing' | 'the present' | 'an older';
  readonly by: typeof seller;
  /** An order that is made at the same moment. */
  readonly against: number | undefined;
  constructor(title: string | undefined, seen: Sell['seen'], by = seller, against?: number) {
    this.title = title;
    this.seen = seen;
    this.by = by;
    this.against = against;
  }
  check = () => true;
  async run(model: Model) {
    const [{ status, body }] = await Promise.all([
      this.ask(model),
      this.against && deliver(model, this.against, 'order:created', 'created'),
    ]);
    const isGranted = status < 300;
    // Its answer tells which of two things at the same moment came first.
    if (this.against && !isGranted) model.hear(this.against, 'created');
    const refused = this.refusal(model);
    expect(isGranted ? undefined : body.errors[0].code).toBe(refused);
    if (!refused) model.change(this.title ? { title: this.title } : { isWithdrawn: true });
    if (this.against && isGranted) model.hear(this.against, 'created');
    await model.assertSame();
  }
  private ask({ id, version }: Model) {
    const cookie = sessionCookie(this.by);
    if (!this.title) return request(app).delete(`/api/tickets/${id}`).set('Cookie', cookie);
    const versions = { nothing: {}, 'the present': { version }, 'an older': { version: version - 1 } };
    const edit = { title: this.title, price: 20, ...versions[version > 0 ? this.seen : 'nothing'] };
    return request(app).put(`/api/tickets/${id}`).set('Cookie', cookie).send(edit);
  }
  private refusal({ status, version }: Model): string | undefined {
    if (this.by !== seller) return 'forbidden';
    const isOld = this.title && this.seen === 'an older' && version > 0;
    return refusals[status] ?? (isOld ? 'version_conflict' : undefined);
  }
  toString = () =>
    [
      this.by === seller ? 'the seller' : 'a stranger',
      this.title ? `edits (${this.title}), having seen ${this.seen} version` : 'withdraws',
      this.against ? `while order ${this.against} is made` : '',
    ].join(' ');
}

const facts = [
  ['order:created', 'created'],
  ['order:updated', 'awaiting:payment'],
  ['order:updated', 'complete'],
  ['order:updated', 'refunded'],
  ['order:updated', 'cancelled'],
  ['order:cancelled', 'cancelled'],
] as const;
const number = fc.integer({ min: 1, max: 6 });
const heard = fc
  .tuple(number, fc.constantFrom(...facts), fc.constantFrom(1, 1, 2))
  .map(([nth, fact, times]) => new Hear(fact, times, nth));
const titles = fc.constantFrom('front row', 'back row', 'balcony');
const edited = fc
  .tuple(
    titles,
    fc.constantFrom('nothing', 'the present', 'an older'),
    fc.constantFrom(seller, seller, stranger),
  )
  .map(([title, seen, by]) => new Sell(title, seen, by));
const withdrawn = fc.constantFrom(seller, stranger).map((by) => new Sell(undefined, 'nothing', by));
const contested = fc
  .tuple(fc.option(titles, { nil: undefined }), number)
  .map(([title, nth]) => new Sell(title, 'nothing', seller, nth));
// What leads on comes more often, and what ends the story early less.
const leading = fc.constantFrom(facts[0], facts[0], facts[2], facts[5]).map((fact) => new Hear(fact, 1));
const stories = fc.commands([leading, heard, leading, edited, heard, leading, contested, heard, withdrawn], {
  maxCommands: 25,
  size: 'max',
});

async function begin(): Promise<Model> {
  const { body } = await request(app)
    .post('/api/tickets')
    .set('Cookie', sessionCookie(seller))
    .send({ title: 'as listed', price: 20 })
    .expect(201);
  return new Model(body.id);
}

function tellingOf({ name, data }: { name: EventName; data: unknown }): Telling {
  const { version, status, orderId, reservationSeq, title } = data as EventData<'ticket:updated'>;
  const { refusedOrderId } = data as Partial<EventData<'ticket:reservation-refused'>>;
  return { name, version, status, orderId, reservationSeq, title, ...(refusedOrderId && { refusedOrderId }) };
}

async function outboxOf({ id }: Model): Promise<OutboxEntry[]> {
  const found = await Ticket.collection.findOne<Ticket>({ _id: id as never }, { projection: { outbox: 1 } });
  return found?.outbox ?? [];
}

/** Everything was told, in whatever order, and nothing that was not so. */
async function assertTold({ id, changes, answers }: Model, isAnswered: boolean) {
  const expected = [...changes, ...(isAnswered ? answers : [])];
  await eventually(() => eventsOf(id).length >= expected.length);
  expect(sorted(eventsOf(id).map(tellingOf))).toEqual(sorted(expected));
  expect(strayStep({ of: 'ticket', states: eventsOf(id).map(({ data }) => data) })).toBeUndefined();
}

function sorted(tellings: Telling[]): Telling[] {
  return tellings.sort((a, b) => a.version - b.version);
}

const limits = { interruptAfterTimeLimit: 3 * MINUTE, markInterruptAsFailure: true };

it(
  'makes of a ticket in every story what must become of it, and tells each change',
  async () => {
    const ends = new Map<string, number>();
    let steps = 0;
    await fc.assert(
      fc.asyncProperty(fc.noBias(stories), async (story) => {
        const model = await begin();
        await fc.asyncModelRun(() => ({ model, real: {} }), story);
        await assertTold(model, true);
        await eventually(async () => (await outboxOf(model)).length === 0);
        ends.set(model.status, (ends.get(model.status) ?? 0) + 1);
        steps += model.version;
      }),
      { seed, numRuns: RUNS, ...limits },
    );
    process.stderr.write(
      `Stories of tickets: MODEL_SEED=${seed}, ${RUNS} runs, ${steps} changes, ` +
        `ended ${JSON.stringify(Object.fromEntries(ends))}\n`,
    );
    expect(ends.get('sold')).toBeGreaterThan(0);
    expect(ends.get('withdrawn')).toBeGreaterThan(0);
  },
  5 * MINUTE,
);

it(
  'keeps in the outbox what it cannot tell, and tells all of it once the broker is back',
  async () => {
    const models: Model[] = [];
    bus.status = 'down';
    await fc.assert(
      fc.asyncProperty(fc.noBias(stories), async (story) => {
        const model = await begin();
        models.push(model);
        await fc.asyncModelRun(() => ({ model, real: {} }), story);
        const kept = (await outboxOf(model)).map(({ s, d }) => tellingOf({ name: s, data: d }));
        expect(kept).toEqual(model.changes);
      }),
      { seed, numRuns: OUTAGES, ...limits },
    );
    expect(models.flatMap(({ id }) => eventsOf(id))).toEqual([]);

    bus.status = 'up';

    for (const model of models) {
      await assertTold(model, false);
      await eventually(async () => (await outboxOf(model)).length === 0);
    }
  },
  5 * MINUTE,
);
