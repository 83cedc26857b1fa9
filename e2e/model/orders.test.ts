import fc from 'fast-check';
import request from 'supertest';
import type { EventData, EventName } from '@ticketing/common';
import { aUser, eventually, sessionCookie } from '@ticketing/common/testing';
import { findOrder, lastWrittenOrders, Order } from '../../orders/src/models/order.ts';
import type { Fact, Purchase } from '../../orders/src/purchase.ts';
import { aTicket, paymentData, ticketData } from '../../orders/test/fixtures.ts';
import { reservationLimits, useService } from '../../orders/test/setup.ts';
import { onServers } from './on-servers.ts';
import type { OrderState } from './paths.ts';
import { findInvalidStep, orderFacts } from './paths.ts';
import { rules } from './rules.ts';

// Random command sequences (fast-check) about one ticket run against the real service, with a real database: requests
// of three buyers, expiry, ends of cooldowns, and events of tickets and payments in any order and repeatedly. Each command
// must have the effect that the rules define.

const RUNS = 40;
const seed = Number(process.env['MODEL_SEED'] ?? Date.now() % 2 ** 31);
const MINUTE = 60_000;

const { app, events } = onServers(useService);

let buyers: ReturnType<typeof aUser>[] = [];
type OrderModel = { id: string; buyer: number; state: Purchase; version: number; cooldownIsOver: boolean };
/** The expected state of every order of the ticket, the latest last. */
type Model = { orders: OrderModel[] };
type Real = { ticketId: string; ticketVersion: number };

function createdOrder(id: string, buyer: number): OrderModel {
  const state = { reason: null, ticketConfirmed: false, paymentAuthorized: false, payment: null };
  return { id, buyer, version: 0, state: { status: 'created', ...state }, cooldownIsOver: false };
}

/** Whether this order keeps its buyer from reserving the ticket again, stated independently of the rules under test. */
function isCooling({ state: { status, reason }, cooldownIsOver }: OrderModel): boolean {
  return status === 'cancelled' && (reason === 'buyer' || reason === 'expired') && !cooldownIsOver;
}

function isLive({ state: { status } }: OrderModel): boolean {
  return status === 'created' || status === 'awaiting:payment';
}

function applyFact(order: OrderModel, fact: Fact) {
  const changes = rules.orders.applyFact(order.state, fact);
  if (!changes) return;
  order.state = { ...order.state, ...changes };
  if (!rules.orders.isSilent(changes)) order.version++;
}

async function assertSame({ orders }: Model) {
  for (const order of orders) {
    const { id, state, version } = order;
    const stored = await findOrder(id);
    const keeps = state.status !== 'cancelled';
    expect(stored).toMatchObject({ ...state, version, reservationKey: keeps ? stored?.ticket.id : id });
    expect(stored?.place !== undefined).toBe(isLive(order));
    if (isLive(order) || isCooling(order)) expect(stored?.claimed).toBe(true);
    else if (!order.cooldownIsOver) expect(stored).not.toHaveProperty('claimed');
  }
}

class Reserve implements fc.AsyncCommand<Model, Real> {
  readonly buyer: number;
  constructor(buyer: number) {
    this.buyer = buyer;
  }
  check = () => true;
  async run(model: Model, { ticketId }: Real) {
    const holder = model.orders.find(({ state }) => state.status !== 'cancelled');
    const isOwn = holder?.buyer === this.buyer && isLive(holder);
    const cools = model.orders.some((order) => order.buyer === this.buyer && isCooling(order));
    const user = buyers[this.buyer] ?? aUser();
    const { status, body } = await request(app)
      .post('/api/orders')
      .set('Cookie', sessionCookie(user))
      .send({ ticketId });
    expect(status).toBe(isOwn ? 200 : holder || cools ? 409 : 201);
    if (status === 409) expect(body.errors[0].code === 'cooldown').toBe(!holder);
    if (status === 201) model.orders.push(createdOrder(body.id, this.buyer));
    if (isOwn) expect(body.id).toBe(holder.id);
    await assertSame(model);
  }
  toString = () => `buyer ${this.buyer} reserves`;
}

class Cancel implements fc.AsyncCommand<Model, Real> {
  readonly nth: number;
  constructor(nth: number) {
    this.nth = nth;
  }
  check = ({ orders }: Readonly<Model>) => orders.length > 0;
  async run(model: Model) {
    const order = pick(model, this.nth);
    const isGranted = order.state.status === 'created' || order.state.status === 'cancelled';
    await request(app)
      .delete(`/api/orders/${order.id}`)
      .set('Cookie', sessionCookie(buyers[order.buyer] ?? aUser()))
      .expect(isGranted ? 204 : 409);
    if (isGranted) applyFact(order, { event: 'order:cancelled' });
    await assertSame(model);
  }
  toString = () => `the buyer of order ${this.nth} cancels`;
}

/** Time passes until the cooldown of an order is over. */
class EndCooldown implements fc.AsyncCommand<Model, Real> {
  readonly nth: number;
  constructor(nth: number) {
    this.nth = nth;
  }
  check = ({ orders }: Readonly<Model>) => orders.length > 0 && isCooling(pick({ orders }, this.nth));
  async run(model: Model) {
    const order = pick(model, this.nth);
    const stored = (await findOrder(order.id)) as Order;
    const past = new Date(Date.now() - reservationLimits.cooldownMs);
    const history = stored.history.map((entry) => ({ ...entry, at: past }));
    await rewriteTimes(order.id, { expiresAt: past, history });
    order.cooldownIsOver = true;
    await assertSame(model);
  }
  toString = () => `the cooldown of order ${this.nth} ends`;
}

class HandleFact implements fc.AsyncCommand<Model, Real> {
  readonly nth: number;
  readonly fact: Fact;
  readonly times: number;
  constructor(nth: number, fact: Fact, times: number) {
    this.nth = nth;
    this.fact = fact;
    this.times = times;
  }
  check = ({ orders }: Readonly<Model>) => orders.length > 0;
  async run(model: Model, real: Real) {
    const order = pick(model, this.nth);
    const fact =
      'payment' in this.fact ? { ...this.fact, payment: { ...this.fact.payment, id: order.id } } : this.fact;
    const { name, data } = await eventOf(fact, order, real);
    for (let time = 0; time < this.times; time++) {
      expect(await events.deliver(name, data as never)).toBe('ack');
      applyFact(order, fact);
    }
    await assertSame(model);
  }
  toString = () => `order ${this.nth} handles ${JSON.stringify(this.fact)}${this.times > 1 ? ' twice' : ''}`;
}

/**
 * As if time had passed since the order was stored. The service never changes these times without a new version, so the
 * state that it keeps has to go with them.
 */
async function rewriteTimes(id: string, times: Partial<Pick<Order, 'expiresAt' | 'history'>>) {
  await Order.collection.updateOne({ _id: id as never }, { $set: times });
  lastWrittenOrders.delete(id);
}

function pick({ orders }: Model, nth: number): OrderModel {
  return orders[nth % orders.length] as OrderModel;
}

async function eventOf(
  fact: Fact,
  { id, cooldownIsOver }: OrderModel,
  real: Real,
): Promise<{ name: EventName; data: unknown }> {
  const order = (await findOrder(id)) as Order;
  if ('payment' in fact)
    return { name: fact.event, data: paymentData(order, { status: fact.payment.status }) };
  if (fact.event === 'expiration:complete') {
    // A cooldown that is over would start again.
    const expiresAt = cooldownIsOver ? order.expiresAt : new Date(Date.now() - MINUTE);
    await rewriteTimes(id, { expiresAt });
    return { name: fact.event, data: { orderId: id, expiresAt: expiresAt.toISOString() } };
  }
  const version = ++real.ticketVersion;
  const ticket = ticketData({ id: real.ticketId, version, reservationSeq: order.reservationSeq });
  return fact.event === 'ticket:updated'
    ? { name: 'ticket:updated', data: { ...ticket, status: 'reserved', orderId: id } }
    : { name: 'ticket:reservation-refused', data: { ...ticket, refusedOrderId: id } };
}

/** All facts but the buyer's cancellation, which is a request, arrive as events. */
const eventFacts = orderFacts(rules).filter(({ event }) => event !== 'order:cancelled');
const saleFacts = eventFacts.filter(({ event }) => /updated|authorized|created/.test(event));
const nth = fc.nat({ max: 3 });
const commands = fc.commands(
  [
    fc.nat({ max: 2 }).map((buyer) => new Reserve(buyer)),
    nth.map((which) => new Cancel(which)),
    nth.map((which) => new EndCooldown(which)),
    fc
      .tuple(nth, fc.constantFrom(...eventFacts), fc.constantFrom(1, 2))
      .map(([which, fact, times]) => new HandleFact(which, fact, times)),
    // Facts that lead to a sale are more frequent, so that sequences get far.
    ...Array.from({ length: 3 }, () =>
      fc.tuple(nth, fc.constantFrom(...saleFacts)).map(([which, fact]) => new HandleFact(which, fact, 1)),
    ),
  ],
  { maxCommands: 30, size: '+1' },
);

it(
  'orders changes its orders as the rules define and publishes each change once, after any command sequence',
  async () => {
    process.stderr.write(`Command sequences of orders: MODEL_SEED=${seed}, ${RUNS} runs\n`);
    const ends = new Map<string, number>();
    let repeats = 0;
    await fc.assert(
      fc.asyncProperty(commands, async (sequence) => {
        events.published.length = 0;
        buyers = [aUser(), aUser(), aUser()]; // without orders of other sequences, which count toward their limit
        const model: Model = { orders: [] };
        const ticket = await aTicket();
        const real = { ticketId: ticket._id, ticketVersion: 0 };
        await fc.asyncModelRun(() => ({ model, real }), sequence);
        repeats += model.orders.filter((order, index) =>
          model.orders.slice(0, index).some(({ buyer }) => buyer === order.buyer),
        ).length;
        for (const order of model.orders) {
          await eventually(
            () => new Set(statesOf(order.id).map(({ version }) => version)).size > order.version,
          );
          const published = statesOf(order.id);
          expect(findInvalidStep({ of: 'order', states: published })).toBeUndefined();
          expect(Math.max(...published.map(({ version }) => version))).toBe(order.version);
          ends.set(order.state.status, (ends.get(order.state.status) ?? 0) + 1);
        }
      }),
      { seed, numRuns: RUNS },
    );
    process.stderr.write(
      `Final statuses: ${JSON.stringify(Object.fromEntries(ends))}, reserved again by the same buyer: ${repeats}\n`,
    );
    expect(ends.get('cancelled')).toBeGreaterThan(0);
  },
  5 * MINUTE,
);

function statesOf(id: string): OrderState[] {
  return events.published
    .map(({ data }) => data as EventData<'order:updated'>)
    .filter((data) => data.id === id);
}
