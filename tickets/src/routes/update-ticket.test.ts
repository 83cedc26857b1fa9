import request from 'supertest';
import { newId } from '@ticketing/common';
import { aUser, eventually, sessionCookie } from '@ticketing/common/testing';
import { aHeldTicket, anOrder, aTicket, useService } from '../../test/fixtures.ts';
import { findTicket } from '../models/ticket.ts';

const { app, bus, told } = useService();

const seller = aUser();
const mine = { userId: seller.id };
const put = (id: string, body: object, as = seller) =>
  request(app).put(`/api/tickets/${id}`).set('Cookie', sessionCookie(as)).send(body);
const edit = { title: 'Hamlet, row 5', price: 22.5 };

describe('PUT /api/tickets/:id', () => {
  it('replaces title and price and tells everyone', async () => {
    const ticket = await aTicket({ ...mine, venue: 'Globe' });

    const { body } = await put(ticket._id, edit).expect(200);

    expect(body).toMatchObject({ ...edit, id: ticket._id, version: 1, venue: 'Globe', userId: seller.id });
    await eventually(() => told(ticket._id).length === 1);
    expect(told(ticket._id)).toEqual([
      { name: 'ticket:updated', data: expect.objectContaining({ amount: 2250, version: 1 }) },
    ]);
  });

  it('leaves what is left out, clears what is null', async () => {
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

  it.each(['reserved', 'sold', 'withdrawn'] as const)('is refused while the ticket is %s', async (status) => {
    const ticket =
      status === 'withdrawn' ? await aTicket({ ...mine, status }) : (await aHeldTicket(status, mine)).ticket;

    const { body } = await put(ticket._id, edit).expect(409);

    expect(body.errors).toEqual([{ message: expect.any(String), code: `ticket_${status}` }]);
    expect(await findTicket(ticket._id)).toMatchObject({ title: ticket.title, version: ticket.version });
  });

  it('is refused when the seller saw an older version', async () => {
    const ticket = await aTicket(mine);

    await put(ticket._id, { ...edit, version: 0 }).expect(200);
    const { body } = await put(ticket._id, { ...edit, price: 5, version: 0 }).expect(409);

    expect(body.errors).toEqual([{ message: expect.any(String), code: 'version_conflict' }]);
    expect(await findTicket(ticket._id)).toMatchObject({ amount: 2250, version: 1 });
  });

  it('cannot change the currency, and reads prices in it', async () => {
    const ticket = await aTicket({ ...mine, currency: 'jpy', amount: 1500 });

    const other = await put(ticket._id, { ...edit, price: 20, currency: 'usd' }).expect(400);
    expect(other.body.errors).toMatchObject([{ field: 'currency' }]);
    const fine = await put(ticket._id, { ...edit, price: 20.5, faceValue: 1.5 }).expect(400);
    expect(fine.body.errors).toMatchObject([{ field: 'price' }, { field: 'faceValue' }]);
    const same = await put(ticket._id, { ...edit, price: 2000, currency: 'jpy' }).expect(200);
    expect(same.body).toMatchObject({ price: 2000, currency: 'jpy', version: 1 });
  });

  it('is for the seller only', async () => {
    const ticket = await aTicket(mine);

    await request(app).put(`/api/tickets/${ticket._id}`).send(edit).expect(401);
    await put(ticket._id, edit, aUser()).expect(403);
    await put(ticket._id, {}, aUser()).expect(400);
    expect(await findTicket(ticket._id)).toMatchObject({ version: 0 });
  });

  it('never tells a stranger what state the ticket is in', async () => {
    const { ticket } = await aHeldTicket('reserved');

    await put(ticket._id, { ...edit, price: 1.234, version: 9 }).expect(403);
  });

  it.each([
    ['without title', { title: undefined }, 'title'],
    ['without price', { price: undefined }, 'price'],
    ['with a null title', { title: null }, 'title'],
    ['with a price of zero', { price: 0 }, 'price'],
    ['with text for a version', { version: '1' }, 'version'],
    ['with an operator for a version', { version: { $gt: 0 } }, 'version'],
    ['with a start in the past', { startsAt: '2001-01-01T00:00:00Z' }, 'startsAt'],
    ['with an operator for a city', { city: { $ne: null } }, 'city'],
  ])('is refused %s', async (_, wrong, field) => {
    const ticket = await aTicket(mine);

    const { body } = await put(ticket._id, { ...edit, ...wrong }).expect(400);

    expect(body.errors).toMatchObject([{ field }]);
  });

  it.each(['nothing', newId()])('finds nothing at %s', async (id) => {
    await put(id, edit).expect(404);
  });

  it('lets one of 50 edits of the same version win', async () => {
    const ticket = await aTicket(mine);

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => put(ticket._id, { ...edit, price: i + 1, version: 0 })),
    );

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(49);
    expect(await findTicket(ticket._id)).toMatchObject({ version: 1 });
  });

  it('and a reservation at once: whichever comes second sees the first', async () => {
    for (let round = 0; round < 20; round++) {
      const ticket = await aTicket(mine);
      const order = anOrder(ticket);

      const [answer, outcome] = await Promise.all([
        put(ticket._id, edit),
        bus.deliver('order:created', order),
      ]);

      expect(outcome).toBe('ack');
      const now = await findTicket(ticket._id);
      expect(now).toMatchObject({ status: 'reserved', orderId: order.id });
      expect(now).toMatchObject(
        answer.status === 200
          ? { title: edit.title, version: 2 } // edited first, then reserved
          : { title: ticket.title, version: 1 },
      );
      expect([200, 409]).toContain(answer.status);
    }
  });
});
