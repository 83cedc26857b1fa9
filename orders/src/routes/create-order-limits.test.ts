import type { Mongoose } from 'mongoose';
import request from 'supertest';
import { newId } from '@ticketing/common';
import { aUser, eventually, sessionCookie } from '@ticketing/common/testing';
import { anOrder, aTicket } from '../../test/fixtures.ts';
import { RESERVATION_MS, reservationLimits, useService } from '../../test/setup.ts';
import { db } from '../db.ts';
import { changeOrder, expireOrder } from '../models/change-order.ts';
import { findOrder, Order } from '../models/order.ts';
import { placeOrder } from '../models/place-order.ts';
import { storePlaces } from '../models/store-places.ts';
import type { Ticket } from '../models/ticket.ts';

const { app, events } = useService();
const { maxReservations, cooldownMs } = reservationLimits;
const buyer = aUser();

function reserve(ticket: Ticket, user = buyer) {
  return request(app).post('/api/orders').set('Cookie', sessionCookie(user)).send({ ticketId: ticket._id });
}

function cancel(id: string) {
  return request(app).delete(`/api/orders/${id}`).set('Cookie', sessionCookie(buyer)).expect(204);
}

const someTickets = (count: number) => Promise.all(Array.from({ length: count }, () => aTicket()));
const liveOrders = () =>
  Order.collection.countDocuments({ userId: buyer.id, status: { $in: ['created', 'awaiting:payment'] } });

async function endReservation(id: string, changes: object) {
  await Order.collection.updateOne({ _id: id as never }, { $set: changes });
}

describe('POST /api/orders limits the reservations of a buyer', () => {
  it('to 6 of 30 simultaneous requests, and returns 429 reservation_limit to the others', async () => {
    const answers = await Promise.all((await someTickets(30)).map((ticket) => reserve(ticket)));

    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(30 - maxReservations);
    for (const { status, body, headers } of refused) {
      expect(status).toBe(429);
      expect(body.errors[0]).toMatchObject({ code: 'reservation_limit' });
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    }
    expect(await liveOrders()).toBe(maxReservations);
    const places = await Order.collection.distinct('place', { userId: buyer.id });
    expect(places.sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('to 6 of 30 simultaneous requests at two replicas', async () => {
    const replica = await startReplica();
    const tickets = await someTickets(30);
    const before = { reservationMs: RESERVATION_MS, reservationLimits, idempotency: undefined };

    const results = await Promise.allSettled(
      tickets.map((ticket, index) =>
        (index % 2 ? placeOrder : replica.placeOrder)({ ticket, userId: buyer.id, ...before }),
      ),
    );

    await replica.close();
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(maxReservations);
    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(new Set(reasons.map(({ code }) => code))).toEqual(new Set(['reservation_limit']));
    expect(await liveOrders()).toBe(maxReservations);
  });

  it('so that one account holds 6 of 50 tickets, and none of them again while others want it', async () => {
    const tickets = await someTickets(50);
    const orders: { id: string; ticket: Ticket }[] = [];
    for (const ticket of tickets) {
      const { status, body } = await reserve(ticket);
      if (status === 201) orders.push({ id: body.id, ticket });
    }
    expect(orders).toHaveLength(maxReservations);
    for (const { id } of orders) await cancel(id);

    const again = await Promise.all(orders.map(({ ticket }) => reserve(ticket)));

    expect(again.map(({ status }) => status)).toEqual(Array(maxReservations).fill(409));
    const ofOthers = await Promise.all(tickets.map((ticket) => reserve(ticket, aUser())));
    expect(ofOthers.map(({ status }) => status)).toEqual(Array(50).fill(201));
  });

  it('and names the time when the first reservation ends', async () => {
    const [first, ...others] = await someTickets(7);
    const { body: order } = await reserve(first as Ticket).expect(201);
    await endReservation(order.id, { expiresAt: new Date(Date.now() + 60_000) });
    for (const ticket of others.slice(0, 5)) await reserve(ticket).expect(201);

    const { body, headers } = await reserve(others[5] as Ticket).expect(429);

    expect(body.errors[0].endsAt).toBe((await findOrder(order.id))?.expiresAt.toISOString());
    const left = Date.parse(body.errors[0].endsAt) - Date.parse(body.errors[0].serverNow);
    expect(Number(headers['retry-after'])).toBe(Math.ceil(left / 1000));
  });

  it('not those of another buyer', async () => {
    const tickets = await someTickets(7);
    for (const ticket of tickets.slice(0, 6)) await reserve(ticket).expect(201);

    await reserve(tickets[6] as Ticket, aUser()).expect(201);
  });

  it('counting orders that are being paid, but none that is complete or has ended', async () => {
    const orders = [];
    for (const ticket of await someTickets(6)) orders.push((await reserve(ticket).expect(201)).body);
    const [paying, paid, cancelled] = orders;
    for (const { id } of [paying, paid]) {
      await changeOrder(id, { event: 'ticket:updated' });
      await changeOrder(id, { event: 'payment:authorized', payment: { id: newId(), status: 'authorized' } });
    }
    const [seventh, eighth, ninth] = (await someTickets(3)) as [Ticket, Ticket, Ticket];
    await reserve(seventh).expect(429);

    await changeOrder(paid.id, { event: 'payment:created', payment: { id: newId(), status: 'captured' } });
    await reserve(seventh).expect(201);
    await reserve(eighth).expect(429);
    await cancel(cancelled.id);
    await reserve(eighth).expect(201);
    await reserve(ninth).expect(429);
  });

  it('and expires overdue ones to make room', async () => {
    const orders = [];
    for (const ticket of await someTickets(6)) orders.push((await reserve(ticket).expect(201)).body);
    const overdue = orders[3].id;
    await endReservation(overdue, { expiresAt: new Date(Date.now() - 1) });

    await reserve(await aTicket()).expect(201);

    expect(await findOrder(overdue)).toMatchObject({ status: 'cancelled', reason: 'expired' });
    await eventually(() => events.published.some(({ name }) => name === 'order:cancelled'));
  });

  it('and returns a reservation that the buyer already has', async () => {
    const tickets = (await someTickets(6)) as [Ticket];
    for (const ticket of tickets) await reserve(ticket).expect(201);

    await reserve(tickets[0]).expect(200);
  });

  it('and answers 409 ticket_reserved, not the limit, for a ticket that another buyer keeps', async () => {
    for (const ticket of await someTickets(6)) await reserve(ticket).expect(201);
    const ticket = await aTicket();
    await reserve(ticket, aUser()).expect(201);

    const { body } = await reserve(ticket).expect(409);

    expect(body.errors[0].code).toBe('ticket_reserved');
  });

  it('counting stored orders from before the limits', async () => {
    for (let index = 0; index < 4; index++) await anOrder({ userId: buyer.id, reservationSeq: index + 1 });
    await storePlaces(reservationLimits);
    await storePlaces(reservationLimits);

    const answers = await Promise.all((await someTickets(10)).map((ticket) => reserve(ticket)));

    expect(answers.filter(({ status }) => status === 201)).toHaveLength(2);
  });
});

describe('POST /api/orders after a reservation of this ticket by this buyer', () => {
  it('was cancelled returns 409 cooldown with the time when it is over, and lets others reserve', async () => {
    const ticket = await aTicket();
    const { body: order } = await reserve(ticket).expect(201);
    await cancel(order.id);

    const { body, headers } = await reserve(ticket).expect(409);

    const endedAt = (await findOrder(order.id))?.history.at(-1)?.at as Date;
    expect(body.errors).toEqual([
      {
        code: 'cooldown',
        message: expect.any(String),
        endsAt: new Date(endedAt.getTime() + cooldownMs).toISOString(),
        serverNow: expect.any(String),
      },
    ]);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    await reserve(ticket, aUser()).expect(201);
  });

  it('expired returns 409 cooldown, also when the request itself expires it', async () => {
    const [ticket, late] = (await someTickets(2)) as [Ticket, Ticket];
    for (const { _id, expire } of [
      { ...ticket, expire: expireOrder },
      { ...late, expire: () => undefined },
    ]) {
      const { body: order } = await reserve({ _id } as Ticket).expect(201);
      await endReservation(order.id, { expiresAt: new Date(Date.now() - 1) });
      await expire(order.id);
      const { body } = await reserve({ _id } as Ticket).expect(409);
      expect(body.errors[0].code).toBe('cooldown');
    }
  });

  it('reserves it again when the cooldown is over, once in 20 simultaneous requests', async () => {
    const ticket = await aTicket();
    const { body: order } = await reserve(ticket).expect(201);
    await cancel(order.id);
    await endReservation(order.id, {
      history: [{ at: new Date(Date.now() - cooldownMs), status: 'cancelled', event: 'order:cancelled' }],
    });

    const answers = await Promise.all(Array.from({ length: 20 }, () => reserve(ticket)));

    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(19);
    const claims = await Order.collection.find({ userId: buyer.id, claimed: true }).toArray();
    expect(claims.map(({ _id }) => String(_id))).not.toContain(order.id);
    expect(claims).toHaveLength(1);
  });

  it.each([
    ['was refused by tickets', [{ event: 'ticket:reservation-refused' }]],
    [
      'failed at the capture',
      [
        { event: 'ticket:updated' },
        { event: 'payment:authorized', payment: { id: 'p', status: 'authorized' } },
        { event: 'payment:failed', payment: { id: 'p', status: 'failed' } },
      ],
    ],
  ] as const)('%s reserves it again at once', async (_, facts) => {
    const ticket = await aTicket();
    const { body: order } = await reserve(ticket).expect(201);
    for (const fact of facts) await changeOrder(order.id, fact);
    expect((await findOrder(order.id))?.status).toBe('cancelled');

    await reserve(ticket).expect(201);
  });

  it('names the cooldown before the limit', async () => {
    const ticket = await aTicket();
    const { body: order } = await reserve(ticket).expect(201);
    await cancel(order.id);
    for (const other of await someTickets(6)) await reserve(other).expect(201);

    const { body } = await reserve(ticket).expect(409);

    expect(body.errors[0].code).toBe('cooldown');
  });
});

describe('placeOrder without limits', () => {
  it('places any number of orders, and repeats a reservation at once', async () => {
    const request = {
      userId: buyer.id,
      reservationMs: RESERVATION_MS,
      reservationLimits: undefined,
      idempotency: undefined,
    };
    const tickets = await someTickets(8);
    for (const ticket of tickets) {
      const { order } = await placeOrder({ ticket, ...request });
      await changeOrder(order._id, { event: 'order:cancelled' });
      expect(await placeOrder({ ticket, ...request })).toMatchObject({ isNew: true });
    }
    expect(await Order.collection.countDocuments({ place: { $exists: true } })).toBe(0);
  });
});

/** A second copy of the module with a database connection of its own, as in another process. */
async function startReplica() {
  const modules: { placeOrder?: typeof placeOrder; db?: Mongoose } = {};
  await jest.isolateModulesAsync(async () => {
    modules.db = (await import('../db.ts')).db;
    modules.placeOrder = (await import('../models/place-order.ts')).placeOrder;
  });
  if (!modules.db || !modules.placeOrder || modules.db === db) throw new Error('not a replica');
  const { db: own } = modules;
  const uri = process.env['TEST_MONGO_URI'] as string;
  await own.connect(uri, { dbName: db.connection.name });
  return { placeOrder: modules.placeOrder, close: () => own.disconnect() };
}
