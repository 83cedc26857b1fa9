import request from 'supertest';
import { newId } from '@ticketing/common';
import { aUser, eventually, metricValue, sessionCookie } from '@ticketing/common/testing';
import { anOrder, aTicket, ticketData } from '../../test/fixtures.ts';
import { RESERVATION_MS, useService } from '../../test/setup.ts';
import { findOrder, Order } from '../models/order.ts';
import { storeTicket } from '../models/ticket.ts';

const { app, events } = useService();
const buyer = aUser();

function reserve(body: object, { user = buyer, key }: { user?: typeof buyer; key?: string } = {}) {
  const post = request(app).post('/api/orders').set('Cookie', sessionCookie(user));
  if (key !== undefined) void post.set('Idempotency-Key', key);
  return post.send(body);
}

const snapshot = (ticket: { _id: string; userId: string }) => {
  const { version, title, amount, currency } = ticketData();
  return { id: ticket._id, version, title, amount, currency, sellerId: ticket.userId };
};

describe('POST /api/orders', () => {
  it('counts requests by outcome, each of which exists before the first', async () => {
    const outcomes = ['created', 'repeated', 'ticket_reserved', 'not_synchronized', 'other'];
    const counts = () =>
      Promise.all(outcomes.map((outcome) => metricValue('ticketing_reservations_total', { outcome })));
    const before = await counts();
    const { _id: ticketId } = await aTicket();

    await reserve({ ticketId }).expect(201);
    await reserve({ ticketId }).expect(200);
    await reserve({ ticketId }, { user: aUser() }).expect(409);
    await reserve({ ticketId: 'nonsense' }).expect(400);

    const counted = [1, 1, 1, 0, 1];
    expect(await counts()).toEqual(before.map((count = NaN, index) => count + (counted[index] ?? 0)));
  });

  it('reserves the ticket for a limited time and publishes order:created', async () => {
    const ticket = await aTicket();
    const before = Date.now();

    const { body } = await reserve({ ticketId: ticket._id, price: 89.5 }).expect(201);

    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      version: 0,
      status: 'created',
      userId: buyer.id,
      expiresAt: expect.any(String),
      serverNow: expect.any(String),
      ticket: {
        id: ticket._id,
        title: 'Nick Cave & The Bad Seeds',
        price: 89.5,
        currency: 'eur',
        sellerId: ticket.userId,
        startsAt: '2035-06-12T18:30:00.000Z',
        timeZone: 'Europe/Berlin',
        venue: 'Waldbühne',
        city: 'Berlin',
        seat: 'Block C, row 7, seat 21',
      },
      history: [{ at: body.createdAt, status: 'created', event: 'order:created' }],
      createdAt: expect.any(String),
    });
    const left = Date.parse(body.expiresAt) - before;
    expect(left).toBeGreaterThanOrEqual(RESERVATION_MS);
    expect(left).toBeLessThan(RESERVATION_MS + 5_000);
    expect(await Order.collection.findOne({ _id: body.id })).toMatchObject({
      reservationKey: ticket._id,
      reservationSeq: 1,
    });
    await eventually(() => events.published.length === 1);
    expect(events.published[0]).toMatchObject({
      name: 'order:created',
      data: { id: body.id, version: 0, reservationSeq: 1, ticket: { amount: 8950 }, ticketConfirmed: false },
    });
  });

  it('keeps the event in the outbox until the broker has it', async () => {
    events.status = 'down';
    const ticket = await aTicket();

    const { body } = await reserve({ ticketId: ticket._id }).expect(201);

    const stored = await Order.collection.findOne({ _id: body.id });
    expect(stored?.outbox).toMatchObject([{ id: `order:${body.id}:0`, s: 'order:created' }]);
    events.status = 'up';
    await eventually(async () => (await Order.collection.findOne({ _id: body.id }))?.outbox.length === 0);
    expect(events.published).toHaveLength(1);
  });

  it('lets exactly one of 200 simultaneous buyers have the ticket', async () => {
    const ticket = await aTicket();

    const answers = await Promise.all(
      Array.from({ length: 200 }, () => reserve({ ticketId: ticket._id }, { user: aUser() })),
    );

    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(199);
    for (const { status, body } of answers)
      if (status === 409) expect(body.errors[0].code).toBe('ticket_reserved');
    expect(await Order.collection.countDocuments({})).toBe(1);
  });

  it('numbers the reservations of a ticket 1, 2, 3', async () => {
    const ticket = await aTicket();
    for (const reservationSeq of [1, 2, 3]) {
      const user = aUser();
      const { body } = await reserve({ ticketId: ticket._id }, { user }).expect(201);
      expect(await findOrder(body.id)).toMatchObject({ reservationSeq });
      await request(app).delete(`/api/orders/${body.id}`).set('Cookie', sessionCookie(user)).expect(204);
    }
  });

  it('stays consistent when 50 buyers reserve and cancel one ticket at once', async () => {
    const ticket = await aTicket();

    const answers = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const user = aUser();
        const answer = await reserve({ ticketId: ticket._id }, { user });
        if (answer.status === 201)
          await request(app)
            .delete(`/api/orders/${answer.body.id}`)
            .set('Cookie', sessionCookie(user))
            .expect(204);
        return answer.status;
      }),
    );

    expect(answers.every((status) => status === 201 || status === 409)).toBe(true);
    const made = await Order.collection.find({}).sort({ reservationSeq: 1 }).toArray();
    expect(made.map(({ reservationSeq }) => reservationSeq)).toEqual(made.map((_, index) => index + 1));
  });

  it('continues from the reservationSeq of the ticket replica', async () => {
    const ticket = await aTicket({ reservationSeq: 7 });

    const { body } = await reserve({ ticketId: ticket._id }).expect(201);

    expect(await findOrder(body.id)).toMatchObject({ reservationSeq: 8 });
  });

  it('returns 200 and the same order for a double click', async () => {
    const ticket = await aTicket();

    const answers = await Promise.all(
      Array.from({ length: 20 }, () => reserve({ ticketId: ticket._id, price: 89.5 })),
    );

    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(19);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  });

  it("returns the buyer's own reservation even when the ticket has changed since", async () => {
    const ticket = await aTicket();
    const { body } = await reserve({ ticketId: ticket._id, price: 89.5 }).expect(201);
    await aTicket({ id: ticket._id, version: 1, amount: 9900, userId: ticket.userId });

    const again = await reserve({ ticketId: ticket._id, price: 89.5 }).expect(200);

    expect(again.body.id).toBe(body.id);
    expect(again.body.ticket.price).toBe(89.5);
  });

  it('returns 503 not_synchronized for an unknown ticket while events cannot arrive, and 404 when they have', async () => {
    const ticketId = '0123456789abcdef01234567';
    events.status = 'down';

    const early = await reserve({ ticketId }).expect(503);
    events.status = 'up';
    const later = await reserve({ ticketId }).expect(404);

    expect(early.body.errors[0].code).toBe('not_synchronized');
    expect(early.headers['retry-after']).toBe('1');
    expect(later.body.errors[0].code).toBe('not_found');
  });

  it('waits for the replica of a ticket listed a moment ago', async () => {
    const ticket = ticketData();
    const answer = reserve({ ticketId: ticket.id }).then(({ status }) => status);
    setTimeout(() => void storeTicket(ticket), 200);

    expect(await answer).toBe(201);
  });

  describe('when another order keeps the ticket', () => {
    it.each([
      ['created', 'ticket_reserved'],
      ['awaiting:payment', 'ticket_reserved'],
      ['complete', 'ticket_sold'],
      ['refunded', 'ticket_withdrawn'],
    ] as const)('that is %s, returns 409 %s', async (status, code) => {
      const ticket = await aTicket();
      await anOrder({ ticket: snapshot(ticket), status });

      const { body } = await reserve({ ticketId: ticket._id }).expect(409);

      expect(body.errors).toEqual([{ message: expect.any(String), code }]);
    });

    it('expires an overdue reservation and reserves the ticket', async () => {
      const ticket = await aTicket();
      const old = await anOrder({ ticket: snapshot(ticket), expiresAt: new Date(Date.now() - 1) });

      const { body } = await reserve({ ticketId: ticket._id }).expect(201);

      expect(await findOrder(body.id)).toMatchObject({ reservationSeq: 2 });
      expect(await findOrder(old._id)).toMatchObject({
        status: 'cancelled',
        reason: 'expired',
        reservationKey: old._id,
      });
      await eventually(() => events.published.length === 2);
      expect(events.published.map(({ name }) => name).sort()).toEqual(['order:cancelled', 'order:created']);
    });

    it("replaces the buyer's own overdue reservation by a new order", async () => {
      const ticket = await aTicket();
      const old = await anOrder({
        ticket: snapshot(ticket),
        userId: buyer.id,
        expiresAt: new Date(Date.now() - 1),
      });

      const { body } = await reserve({ ticketId: ticket._id }).expect(201);

      expect(body.id).not.toBe(old._id);
    });

    it('leaves an overdue order alone that is being paid', async () => {
      const ticket = await aTicket();
      await anOrder({
        ticket: snapshot(ticket),
        status: 'awaiting:payment',
        expiresAt: new Date(Date.now() - 1),
      });

      await reserve({ ticketId: ticket._id }).expect(409);
    });

    it('reserves the ticket although the replica still says reserved', async () => {
      const ticket = await aTicket({ status: 'reserved', orderId: newId(), version: 1 });

      await reserve({ ticketId: ticket._id }).expect(201);
    });
  });

  describe('returns an error', () => {
    it.each([
      ['a sold ticket', { status: 'sold' }, 'ticket_sold'],
      ['a withdrawn ticket', { status: 'withdrawn' }, 'ticket_withdrawn'],
      ['an event that has started', { startsAt: '2026-11-01T20:00:00.000Z' }, 'event_over'],
      ['another price than the buyer saw', { amount: 9900 }, 'price_changed'],
    ] as const)('409 for %s', async (_, overrides, code) => {
      const ticket = await aTicket(overrides);

      const { body } = await reserve({ ticketId: ticket._id, price: 89.5 }).expect(409);

      expect(body.errors[0].code).toBe(code);
      expect(await Order.collection.countDocuments({})).toBe(0);
    });

    it("403 own_ticket for the seller's own ticket", async () => {
      const ticket = await aTicket({ userId: buyer.id });
      const { body } = await reserve({ ticketId: ticket._id }).expect(403);
      expect(body.errors[0].code).toBe('own_ticket');
    });

    it('404 for an unknown ticket', async () => {
      await reserve({ ticketId: '5f0000000000000000000001' }).expect(404);
    });

    it('401 without a session, before the body is validated', async () => {
      await request(app).post('/api/orders').send({ ticketId: 'nonsense' }).expect(401);
    });

    it.each([
      ['nothing', {}, 'ticketId'],
      ['a number', { ticketId: 5 }, 'ticketId'],
      ['an operator', { ticketId: { $ne: 1 } }, 'ticketId'],
      ['a malformed id', { ticketId: 'abc' }, 'ticketId'],
      ['a price as text', { ticketId: newId(), price: '89.50' }, 'price'],
      ['a price as an operator', { ticketId: newId(), price: { $gt: 0 } }, 'price'],
      ['no price at all', { ticketId: newId(), price: null }, 'price'],
    ])('400 for %s in the body', async (_, sent, field) => {
      const { body } = await reserve(sent).expect(400);
      expect(body.errors).toEqual([{ field, message: expect.any(String) }]);
    });

    it('400 for a price with more decimals than the currency allows', async () => {
      const ticket = await aTicket();
      const { body } = await reserve({ ticketId: ticket._id, price: 10.005 }).expect(400);
      expect(body.errors).toEqual([
        { field: 'price', message: 'price has too many decimals for EUR, or is out of range' },
      ]);
    });

    it('413, 415 or 400 for a body that is too large, not JSON or malformed', async () => {
      const post = () => request(app).post('/api/orders').set('Cookie', sessionCookie(buyer));
      await post()
        .send({ ticketId: newId(), filler: 'x'.repeat(110_000) })
        .expect(413);
      await post().type('text/plain').send('ticketId=1').expect(415);
      await post().type('application/json').send('{"ticketId":').expect(400);
    });
  });

  describe('with an Idempotency-Key', () => {
    it('returns the order made by the first request, even after it has ended', async () => {
      const ticket = await aTicket();
      const first = await reserve({ ticketId: ticket._id }, { key: 'tap-1' }).expect(201);
      await request(app)
        .delete(`/api/orders/${first.body.id}`)
        .set('Cookie', sessionCookie(buyer))
        .expect(204);

      const replay = await reserve({ ticketId: ticket._id }, { key: 'tap-1' }).expect(200);

      expect(replay.body).toMatchObject({ id: first.body.id, status: 'cancelled', reason: 'buyer' });
      await Order.collection.updateOne({ _id: first.body.id }, { $unset: { claimed: '' } }); // its cooldown is over
      const fresh = await reserve({ ticketId: ticket._id }, { key: 'tap-2' }).expect(201);
      expect(fresh.body.id).not.toBe(first.body.id);
    });

    it('returns 409 idempotency_key_reused for other parameters', async () => {
      const [one, two] = [await aTicket(), await aTicket()];
      await reserve({ ticketId: one._id }, { key: 'tap' }).expect(201);

      const other = await reserve({ ticketId: two._id }, { key: 'tap' }).expect(409);
      const otherPrice = await reserve({ ticketId: one._id, price: 89.5 }, { key: 'tap' }).expect(409);

      expect(other.body.errors[0].code).toBe('idempotency_key_reused');
      expect(otherPrice.body.errors[0].code).toBe('idempotency_key_reused');
    });

    it('makes one order when several tickets are requested under one key at once', async () => {
      const tickets = await Promise.all(Array.from({ length: 10 }, () => aTicket()));

      const answers = await Promise.all(
        tickets.map((ticket) => reserve({ ticketId: ticket._id }, { key: 'tap' })),
      );

      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 409)).toHaveLength(9);
    });

    it('does not remember a refused request', async () => {
      const ticket = await aTicket();
      const rival = await anOrder({ ticket: snapshot(ticket) });
      await reserve({ ticketId: ticket._id }, { key: 'tap' }).expect(409);
      await Order.collection.updateOne({ _id: rival._id as never }, { $set: { expiresAt: new Date(0) } });

      await reserve({ ticketId: ticket._id }, { key: 'tap' }).expect(201);
    });

    it('keeps the keys of different buyers apart', async () => {
      const [one, two] = [await aTicket(), await aTicket()];
      await reserve({ ticketId: one._id }, { key: 'tap' }).expect(201);
      await reserve({ ticketId: two._id }, { key: 'tap', user: aUser() }).expect(201);
    });

    it('returns 400 for a key that is empty or longer than 128 characters', async () => {
      for (const key of ['', 'k'.repeat(129)]) {
        const { body } = await reserve({ ticketId: newId() }, { key }).expect(400);
        expect(body.errors[0].field).toBe('Idempotency-Key');
      }
    });
  });

  describe('with the version of the ticket that the buyer saw', () => {
    const change = async (ticket: { _id: string; userId: string }, overrides: object) =>
      storeTicket(ticketData({ id: ticket._id, userId: ticket.userId, ...overrides }));

    it.each([
      ['title', { title: 'Nick Cave, second night' }],
      ['price', { amount: 9000 }],
      ['date', { startsAt: '2035-06-13T18:30:00.000Z' }],
      ['time zone', { timeZone: 'Europe/London' }],
      ['venue', { venue: 'Tempodrom' }],
      ['city', { city: 'Potsdam' }],
      ['seat', { seat: 'Block Z, row 40, seat 3' }],
    ])('returns 409 listing_changed when the seller has changed the %s', async (_field, changed) => {
      const ticket = await aTicket();
      await change(ticket, { version: 1, ...changed });

      const { body } = await reserve({ ticketId: ticket._id, version: 0 }).expect(409);

      expect(body.errors).toEqual([
        { code: 'listing_changed', message: 'The seller has changed this listing, please look at it again' },
      ]);
      await reserve({ ticketId: ticket._id, version: 1 }).expect(201);
    });

    it('returns 409 listing_changed when the change was followed by other versions', async () => {
      const ticket = await aTicket();
      await change(ticket, { version: 1, seat: 'Block Z' });
      await change(ticket, { version: 2, seat: 'Block Z', status: 'reserved' });
      await change(ticket, { version: 3, seat: 'Block Z' });

      const { body } = await reserve({ ticketId: ticket._id, version: 0 }).expect(409);

      expect(body.errors[0].code).toBe('listing_changed');
    });

    it('reserves a ticket that was only reserved, freed or given a category since then', async () => {
      const ticket = await aTicket({ title: '$title' });
      const same = { title: '$title', category: 'music', faceAmount: 9900 };
      await change(ticket, { version: 1, ...same, status: 'reserved' });
      await change(ticket, { version: 2, ...same });

      await reserve({ ticketId: ticket._id, version: 0, price: 89.5 }).expect(201);
    });

    it('returns 409 price_changed for a changed price when the price was sent', async () => {
      const ticket = await aTicket();
      await change(ticket, { version: 1, amount: 9000, seat: 'Block Z' });

      const { body } = await reserve({ ticketId: ticket._id, version: 0, price: 89.5 }).expect(409);

      expect(body.errors[0].code).toBe('price_changed');
    });

    it('waits for a version that this service has not seen yet', async () => {
      const ticket = await aTicket({ id: '000000000000000000000001' });

      const [{ body }] = await Promise.all([
        reserve({ ticketId: ticket._id, version: 1 }).expect(201),
        change(ticket, { version: 1, seat: 'Block Z' }),
      ]);

      expect(body.ticket.seat).toBe('Block Z');
    });

    it('returns 503 not_synchronized when that version does not arrive', async () => {
      const ticket = await aTicket();

      const { body, headers } = await reserve({ ticketId: ticket._id, version: 1 }).expect(503);

      expect(body.errors[0].code).toBe('not_synchronized');
      expect(headers['retry-after']).toBe('1');
    });

    it('returns the buyer’s own reservation although the listing has changed', async () => {
      const ticket = await aTicket();
      const { body: first } = await reserve({ ticketId: ticket._id, version: 0 }).expect(201);
      await change(ticket, { version: 1, seat: 'Block Z' });

      const { body } = await reserve({ ticketId: ticket._id, version: 0 }).expect(200);

      expect(body.id).toBe(first.id);
    });

    it.each([-1, 1.5, '1', null])('returns 400 for the version %p', async (version) => {
      const { body } = await reserve({ ticketId: newId(), version }).expect(400);
      expect(body.errors).toMatchObject([{ field: 'version' }]);
    });

    it('returns 409 idempotency_key_reused for another version under the same key', async () => {
      const ticket = await aTicket();
      await reserve({ ticketId: ticket._id, version: 0 }, { key: 'one' }).expect(201);
      await reserve({ ticketId: ticket._id, version: 0 }, { key: 'one' }).expect(200);

      const { body } = await reserve({ ticketId: ticket._id, version: 1 }, { key: 'one' }).expect(409);

      expect(body.errors[0].code).toBe('idempotency_key_reused');
    });
  });
});
