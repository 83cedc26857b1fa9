import request from 'supertest';
import { aUser, sessionCookie, silentLog } from '@ticketing/common/testing';
import { anOrder, aTicket, aTicketWithOrder, useService } from '../../test/fixtures.ts';
import { storeOfferKeys } from '../models/store-offer-keys.ts';
import { findTicket, tickets } from '../models/ticket.ts';

const { app, bus } = useService();

const startsAt = '2031-06-12T18:00:00.000Z';
const seat = { startsAt, venue: 'Arena', seat: 'Block A, row 1, seat 1' };
const aSeat = { ...seat, startsAt: new Date(startsAt) };
const good = { title: 'Requiem', price: 40, ...seat };

const as = (user: ReturnType<typeof aUser>, key?: string) => ({
  list: (body: object) =>
    request(app)
      .post('/api/tickets')
      .set('Cookie', sessionCookie(user))
      .set(key === undefined ? {} : { 'Idempotency-Key': key })
      .send(body),
  edit: (id: string, body: object) =>
    request(app).put(`/api/tickets/${id}`).set('Cookie', sessionCookie(user)).send(body),
  withdraw: (id: string) => request(app).delete(`/api/tickets/${id}`).set('Cookie', sessionCookie(user)),
});

function alreadyListed(ticketId: string) {
  return [{ code: 'already_listed', message: expect.stringContaining('already offer'), ticketId }];
}

describe('POST /api/tickets for a seat that the seller already offers', () => {
  it('returns 409 already_listed with the id of the other ticket', async () => {
    const seller = as(aUser());
    const { body: first } = await seller.list(good).expect(201);

    const { body } = await seller.list({ ...good, seat: 'BLOCK A  row 1 seat 1', price: 50 }).expect(409);

    expect(body.errors).toEqual(alreadyListed(first.id));
  });

  it('lists one ticket when 30 requests for one seat arrive at once', async () => {
    const user = aUser();

    const answers = await Promise.all(Array.from({ length: 30 }, () => as(user).list(good)));

    const listed = answers.filter(({ status }) => status === 201);
    expect(listed).toHaveLength(1);
    const others = answers.filter(({ status }) => status !== 201);
    for (const { body } of others) expect(body.errors).toEqual(alreadyListed(listed[0]?.body.id));
    expect(await tickets.countDocuments({ userId: user.id })).toBe(1);
  });

  it('returns the first ticket when the request is repeated with its Idempotency-Key', async () => {
    const seller = as(aUser(), 'one-request');
    const answers = await Promise.all(Array.from({ length: 5 }, () => seller.list(good)));

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  });

  it.each(['reserved', 'sold'] as const)('returns 409 while the other ticket is %s', async (status) => {
    const user = aUser();
    const { ticket } = await aTicketWithOrder(status, { userId: user.id, ...aSeat });

    const { body } = await as(user).list(good).expect(409);

    expect(body.errors).toEqual(alreadyListed(ticket._id));
  });

  it('lists the seat again when the other ticket was withdrawn by the seller', async () => {
    const seller = as(aUser());
    const { body: first } = await seller.list(good).expect(201);
    await seller.withdraw(first.id).expect(204);

    await seller.list(good).expect(201);
  });

  it('lists the seat again when the order of the other ticket was refunded', async () => {
    const user = aUser();
    const { ticket, buyer } = await aTicketWithOrder('sold', { userId: user.id, ...aSeat });
    const refunded = {
      id: ticket.orderId ?? '',
      userId: buyer.id,
      reservationSeq: 1,
      status: 'refunded',
    } as const;
    await as(user).list(good).expect(409);

    await bus.deliver('order:updated', anOrder(ticket, refunded));

    expect((await findTicket(ticket._id))?.status).toBe('withdrawn');
    await as(user).list(good).expect(201);
  });

  it('lists the same seat for another seller', async () => {
    await as(aUser()).list(good).expect(201);
    await as(aUser()).list(good).expect(201);
  });

  it.each([
    ['general admission', { seat: 'General admission' }],
    ['no seat', { seat: null }],
    ['no date', { startsAt: null }],
  ])('lists several tickets with %s', async (_what, change) => {
    const seller = as(aUser());
    await seller.list({ ...good, ...change }).expect(201);
    await seller.list({ ...good, ...change }).expect(201);
  });
});

describe('PUT /api/tickets/:id with a seat that the seller already offers', () => {
  const other = { ...good, seat: 'Block A, row 1, seat 2' };

  it('returns 409 already_listed and changes nothing', async () => {
    const seller = as(aUser());
    const { body: first } = await seller.list(good).expect(201);
    const { body: second } = await seller.list(other).expect(201);

    const { body } = await seller.edit(second.id, { ...other, seat: good.seat }).expect(409);

    expect(body.errors).toEqual(alreadyListed(first.id));
    expect(await findTicket(second.id)).toMatchObject({ version: 0, seat: other.seat });
  });

  it('edits a ticket that keeps its seat', async () => {
    const seller = as(aUser());
    const { body: ticket } = await seller.list(good).expect(201);

    await seller.edit(ticket.id, { ...good, price: 39 }).expect(200);
  });

  it('frees the previous seat', async () => {
    const seller = as(aUser());
    const { body: ticket } = await seller.list(good).expect(201);
    await seller.edit(ticket.id, other).expect(200);

    await seller.list(good).expect(201);
  });
});

describe('storeOfferKeys', () => {
  const logged: object[] = [];
  const log = Object.assign(Object.create(silentLog), { warn: (fields: object) => logged.push(fields) });
  const keyOf = async (id: string) => (await findTicket(id))?.offerKey;
  async function store(overrides: object) {
    const ticket = await aTicket(overrides);
    await tickets.updateOne({ _id: ticket._id }, { $unset: { offerKey: '', offerForm: '' } });
    return ticket;
  }

  it('stores the key of a ticket that was listed without one', async () => {
    const user = aUser();
    const ticket = await store({ ...aSeat, userId: user.id });

    await storeOfferKeys(log);

    const { body } = await as(user).list(good).expect(409);
    expect(body.errors).toEqual(alreadyListed(ticket._id));
  });

  it('logs tickets that already offer the same seat, and leaves them as they are', async () => {
    const user = aUser();
    const pair = [await store({ ...aSeat, userId: user.id }), await store({ ...aSeat, userId: user.id })];
    const ids = pair.map(({ _id }) => _id);

    await storeOfferKeys(log);

    const keys = await Promise.all(ids.map(keyOf));
    expect(keys.filter(Boolean)).toHaveLength(1);
    const [ticketId, otherTicketId] = keys[0] ? [ids[1], ids[0]] : ids;
    expect(logged).toContainEqual({ ticketId, otherTicketId });
    for (const id of ids) expect(await findTicket(id)).toMatchObject({ status: 'available', version: 0 });
  });

  it('reads no ticket whose key has the current form', async () => {
    const ticket = await aTicket({ ...aSeat, userId: aUser().id });
    await storeOfferKeys(log);
    await tickets.updateOne({ _id: ticket._id }, { $set: { offerKey: 'unchanged' } });

    await storeOfferKeys(log);

    expect(await keyOf(ticket._id)).toBe('unchanged');
  });

  it('replaces a key of an earlier form', async () => {
    const ticket = await aTicket({ ...aSeat, userId: aUser().id });
    const key = ticket.offerKey;
    await tickets.updateOne({ _id: ticket._id }, { $set: { offerKey: 'of the earlier rule', offerForm: 0 } });

    await storeOfferKeys(log);

    expect(await keyOf(ticket._id)).toBe(key);
  });

  it('removes the key of a withdrawn ticket', async () => {
    const ticket = await aTicket({ ...aSeat, userId: aUser().id, status: 'withdrawn' });
    await tickets.updateOne({ _id: ticket._id }, { $set: { offerKey: 'from an older version' } });

    await storeOfferKeys(log);

    expect(await keyOf(ticket._id)).toBeUndefined();
  });
});
