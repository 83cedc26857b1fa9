import request from 'supertest';
import { newId } from '@ticketing/common';
import { aUser, eventually, sessionCookie } from '@ticketing/common/testing';
import { anOrder, aTicket, aTicketWithOrder, useService } from '../../test/fixtures.ts';
import { findTicket } from '../models/ticket.ts';

const { app, bus, eventsOf } = useService();

const seller = aUser();
const mine = { userId: seller.id };
const put = (id: string, body: object, as = seller) =>
  request(app).put(`/api/tickets/${id}`).set('Cookie', sessionCookie(as)).send(body);
const edit = { title: 'Hamlet, row 5', price: 22.5 };

describe('PUT /api/tickets/:id', () => {
  it('replaces title and price and publishes ticket:updated', async () => {
    const ticket = await aTicket({ ...mine, venue: 'Globe' });

    const { body } = await put(ticket._id, edit).expect(200);

    expect(body).toMatchObject({ ...edit, id: ticket._id, version: 1, venue: 'Globe', userId: seller.id });
    await eventually(() => eventsOf(ticket._id).length === 1);
    expect(eventsOf(ticket._id)).toEqual([
      { name: 'ticket:updated', data: expect.objectContaining({ amount: 2250, version: 1 }) },
    ]);
  });

  it('keeps absent fields and removes fields that are null', async () => {
    const startsAt = new Date('2031-01-01T20:00:00Z');
    const ticket = await aTicket({
      ...mine,
      venue: 'Blackfriars',
      city: 'London',
      faceAmount: 900,
      notes: 'n',
      startsAt,
    });

    const { body } = await put(ticket._id, {
      ...edit,
      city: null,
      faceValue: null,
      startsAt: null,
      seat: 'B2',
    }).expect(200);

    expect(body).toMatchObject({ venue: 'Blackfriars', notes: 'n', seat: 'B2' });
    for (const cleared of ['city', 'faceValue', 'startsAt']) expect(body).not.toHaveProperty(cleared);
    expect(await findTicket(ticket._id)).not.toHaveProperty('faceAmount');
    const found = await request(app).get('/api/tickets?q=blackfr+hamlet').expect(200);
    expect(found.body).toMatchObject([{ id: ticket._id }]);
    const gone = await request(app).get('/api/tickets?q=london').expect(200);
    expect(gone.body).toEqual([]);
  });

  it('stores and publishes nothing when the edit changes nothing', async () => {
    const startsAt = new Date('2031-01-01T20:00:00Z');
    const ticket = await aTicket({ ...mine, venue: 'Globe', startsAt, faceAmount: 900, secret: 'DOOR-1' });
    const same = { title: ticket.title, price: 89.5, faceValue: 9, startsAt: startsAt.toISOString() };

    for (const body of [same, { ...same, city: null, venue: 'Globe', secret: 'DOOR-1', version: 0 }]) {
      const { body: answer } = await put(ticket._id, body).expect(200);
      expect(answer).toMatchObject({ version: 0, updatedAt: ticket.updatedAt.toISOString() });
    }
    await put(ticket._id, { ...same, startsAt: '2031-01-01T20:00:01Z' }).expect(200);

    await eventually(() => eventsOf(ticket._id).length > 0);
    expect(eventsOf(ticket._id)).toMatchObject([
      { data: { version: 1, startsAt: '2031-01-01T20:00:01.000Z' } },
    ]);
    expect(await findTicket(ticket._id)).toMatchObject({ version: 1 });
  });

  it.each(['reserved', 'sold', 'withdrawn'] as const)(
    'returns 409 while the ticket is %s',
    async (status) => {
      const ticket =
        status === 'withdrawn'
          ? await aTicket({ ...mine, status })
          : (await aTicketWithOrder(status, mine)).ticket;

      const { body } = await put(ticket._id, edit).expect(409);

      expect(body.errors).toEqual([{ message: expect.any(String), code: `ticket_${status}` }]);
      expect(await findTicket(ticket._id)).toMatchObject({ title: ticket.title, version: ticket.version });
    },
  );

  it('returns 409 version_conflict when the ticket has changed since the given version', async () => {
    const ticket = await aTicket(mine);

    await put(ticket._id, { ...edit, version: 0 }).expect(200);
    const { body } = await put(ticket._id, { ...edit, price: 5, version: 0 }).expect(409);

    expect(body.errors).toEqual([{ message: expect.any(String), code: 'version_conflict' }]);
    expect(await findTicket(ticket._id)).toMatchObject({ amount: 2250, version: 1 });
  });

  it('returns 400 for another currency, and for prices with too many decimals in it', async () => {
    const ticket = await aTicket({ ...mine, currency: 'jpy', amount: 1500 });

    const other = await put(ticket._id, { ...edit, price: 20, currency: 'usd' }).expect(400);
    expect(other.body.errors).toMatchObject([{ field: 'currency' }]);
    const tooPrecise = await put(ticket._id, { ...edit, price: 20.5, faceValue: 1.5 }).expect(400);
    expect(tooPrecise.body.errors).toMatchObject([{ field: 'price' }, { field: 'faceValue' }]);
    const same = await put(ticket._id, { ...edit, price: 2000, currency: 'jpy' }).expect(200);
    expect(same.body).toMatchObject({ price: 2000, currency: 'jpy', version: 1 });
  });

  it('returns 400 with the smallest price for a price that cannot be charged', async () => {
    const ticket = await aTicket({ ...mine, currency: 'huf', amount: 1_990_000 });

    const { body } = await put(ticket._id, { ...edit, price: 100 }).expect(400);

    expect(body.errors).toEqual([{ field: 'price', message: 'price must be at least 175.00 HUF' }]);
  });

  it('returns 400, and keeps the ticket, when its currency is no longer supported', async () => {
    const ticket = await aTicket({ ...mine, currency: 'hrk', amount: 15_000 });

    const { body } = await put(ticket._id, edit).expect(400);

    expect(body.errors).toEqual([
      { field: 'price', message: 'price cannot be in HRK, which is not a supported currency' },
    ]);
    expect(await findTicket(ticket._id)).toMatchObject({ amount: 15_000, version: 0 });
  });

  it('returns 401 without a session and 403 for another user', async () => {
    const ticket = await aTicket(mine);

    await request(app).put(`/api/tickets/${ticket._id}`).send(edit).expect(401);
    await put(ticket._id, edit, aUser()).expect(403);
    await put(ticket._id, {}, aUser()).expect(400);
    expect(await findTicket(ticket._id)).toMatchObject({ version: 0 });
  });

  it('returns 403 to another user before it checks status, version or price', async () => {
    const { ticket } = await aTicketWithOrder('reserved');

    await put(ticket._id, { ...edit, price: 1.234, version: 9 }).expect(403);
  });

  it.each([
    ['a missing title', { title: undefined }, 'title'],
    ['a missing price', { price: undefined }, 'price'],
    ['null as title', { title: null }, 'title'],
    ['a price of zero', { price: 0 }, 'price'],
    ['text as version', { version: '1' }, 'version'],
    ['an operator as version', { version: { $gt: 0 } }, 'version'],
    ['a startsAt in the past', { startsAt: '2001-01-01T00:00:00Z' }, 'startsAt'],
    ['an operator as city', { city: { $ne: null } }, 'city'],
  ])('returns 400 for %s', async (_, wrong, field) => {
    const ticket = await aTicket(mine);

    const { body } = await put(ticket._id, { ...edit, ...wrong }).expect(400);

    expect(body.errors).toMatchObject([{ field }]);
  });

  it.each(['nothing', newId()])('returns 404 for an unknown or malformed id: %s', async (id) => {
    await put(id, edit).expect(404);
  });

  it('accepts one of 50 simultaneous edits of the same version', async () => {
    const ticket = await aTicket(mine);

    const responses = await Promise.all(
      Array.from({ length: 50 }, (_, i) => put(ticket._id, { ...edit, price: i + 1, version: 0 })),
    );

    expect(responses.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(responses.filter(({ status }) => status === 409)).toHaveLength(49);
    expect(await findTicket(ticket._id)).toMatchObject({ version: 1 });
  });

  it('either edits before a simultaneous reservation or returns 409, and the reservation always wins the ticket', async () => {
    for (let round = 0; round < 20; round++) {
      const ticket = await aTicket(mine);
      const order = anOrder(ticket);

      const [response, outcome] = await Promise.all([
        put(ticket._id, edit),
        bus.deliver('order:created', order),
      ]);

      expect(outcome).toBe('ack');
      const now = await findTicket(ticket._id);
      expect(now).toMatchObject({ status: 'reserved', orderId: order.id });
      expect(now).toMatchObject(
        response.status === 200
          ? { title: edit.title, version: 2 } // edited first, then reserved
          : { title: ticket.title, version: 1 },
      );
      expect([200, 409]).toContain(response.status);
    }
  });
});
