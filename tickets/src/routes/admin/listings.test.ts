import request from 'supertest';
import { newId } from '@ticketing/common';
import { aUser, eventually, sessionCookie } from '@ticketing/common/testing';
import { anOrder, aTicket, aTicketWithOrder, hours, useService } from '../../../test/fixtures.ts';
import type { Ticket } from '../../models/ticket.ts';
import { findTicket, tickets } from '../../models/ticket.ts';

const { app, bus, eventsOf } = useService();
const operator = aUser({ role: 'operator' });

const path = ({ _id }: Pick<Ticket, '_id'>, action = '') => `/api/tickets/admin/listings/${_id}${action}`;
const act = (ticket: Pick<Ticket, '_id'>, action: string, reason = 'the ticket is forged') =>
  request(app).post(path(ticket, action)).set('Cookie', sessionCookie(operator)).send({ reason });
const get = (url: string, as = operator) => request(app).get(url).set('Cookie', sessionCookie(as));
const codeOf = ({ body }: request.Response) => (body as { errors: { code: string }[] }).errors[0]?.code;
const actions = () =>
  bus.published
    .filter(({ name }) => name === 'operator:acted')
    .map(({ data }) => data as { action: string; target: string });

describe('POST /api/tickets/admin/listings/:id/take-down', () => {
  it('withdraws the listing with a reason that its seller reads and no one else does', async () => {
    const ticket = await aTicket();

    await act(ticket, '/take-down').expect(200);

    const url = `/api/tickets/${ticket._id}`;
    expect((await get(url, aUser({ id: ticket.userId }))).body).toMatchObject({
      status: 'withdrawn',
      takenDown: { at: expect.any(String), reason: 'the ticket is forged' },
    });
    expect((await get(url, aUser())).body).not.toHaveProperty('takenDown');
    await eventually(() => actions().some(({ target }) => target === ticket._id));
    expect(eventsOf(ticket._id).at(-1)?.data).toMatchObject({ status: 'withdrawn', version: 1 });
    expect(actions().at(-1)).toMatchObject({ action: 'listing_taken_down', operatorId: operator.id });
  });

  it('leaves a reserved ticket to its buyer, and withdraws it when the reservation ends', async () => {
    const { ticket } = await aTicketWithOrder('reserved');

    expect((await act(ticket, '/take-down').expect(200)).body.status).toBe('reserved');
    const order = anOrder(ticket, { id: ticket.orderId!, reservationSeq: 1, status: 'cancelled' });
    await bus.deliver('order:cancelled', order);

    expect(await findTicket(ticket._id)).toMatchObject({ status: 'withdrawn', takenDown: expect.anything() });
  });

  it('takes nothing down that its buyer paid meanwhile', async () => {
    const { ticket } = await aTicketWithOrder('reserved');
    await act(ticket, '/take-down').expect(200);

    const order = anOrder(ticket, { id: ticket.orderId!, reservationSeq: 1, status: 'complete' });
    await bus.deliver('order:updated', order);

    const sold = await findTicket(ticket._id);
    expect(sold).toMatchObject({ status: 'sold' });
    expect(sold).not.toHaveProperty('takenDown');
    expect(codeOf(await act(ticket, '/take-down').expect(409))).toBe('ticket_sold');
  });

  it('lets another ticket offer the same seat', async () => {
    const seat = { startsAt: hours(48), timeZone: 'UTC', venue: 'Olympiastadion', seat: 'A 1' };
    const ticket = await aTicket(seat);
    await act(ticket, '/take-down').expect(200);

    await aTicket({ ...seat, userId: ticket.userId });

    expect(codeOf(await act(ticket, '/restore').expect(409))).toBe('already_listed');
  });

  it('returns 401, 403 operator_required, 404 and 400', async () => {
    const ticket = await aTicket();

    await request(app).post(path(ticket, '/take-down')).send({ reason: 'a rival' }).expect(401);
    const refused = await request(app)
      .post(path(ticket, '/take-down'))
      .set('Cookie', sessionCookie(aUser()))
      .send({ reason: 'a rival' })
      .expect(403);
    expect(codeOf(refused)).toBe('operator_required');
    await act({ _id: newId() }, '/take-down').expect(404);
    await act(ticket, '/take-down', '').expect(400);
    expect((await findTicket(ticket._id))?.status).toBe('available');
  });
});

describe('POST /api/tickets/admin/listings/:id/restore', () => {
  it('lists the ticket again once, under a new id, because withdrawn is final', async () => {
    const ticket = await aTicket({ notes: 'Gate 4', secret: 'X1', city: 'Berlin' });
    await act(ticket, '/take-down').expect(200);

    const { body } = await act(ticket, '/restore', 'the ticket is real').expect(200);

    expect(body).toMatchObject({ status: 'available', restoredFrom: ticket._id, title: ticket.title });
    expect(body.id).not.toBe(ticket._id);
    expect(await findTicket(body.id)).toMatchObject({ notes: 'Gate 4', secret: 'X1', words: ticket.words });
    await eventually(() => actions().some(({ action }) => action === 'listing_restored'));
    expect(eventsOf(body.id)).toMatchObject([{ name: 'ticket:created', data: { status: 'available' } }]);
    const again = await act(ticket, '/restore').expect(409);
    expect(again.body.errors[0]).toMatchObject({ code: 'already_restored', ticketId: body.id });
    expect(await tickets.countDocuments({ restoredFrom: ticket._id })).toBe(1);
  });

  it('keeps a listing whose reservation lasts', async () => {
    const { ticket } = await aTicketWithOrder('reserved');
    await act(ticket, '/take-down').expect(200);

    expect((await act(ticket, '/restore').expect(200)).body).toMatchObject({ id: ticket._id });

    const order = anOrder(ticket, { id: ticket.orderId!, reservationSeq: 1, status: 'cancelled' });
    await bus.deliver('order:cancelled', order);
    expect((await findTicket(ticket._id))?.status).toBe('available');
  });

  it('returns 409 for a listing that was not taken down, and for one of a suspended seller', async () => {
    expect(codeOf(await act(await aTicket(), '/restore').expect(409))).toBe('not_taken_down');
    const ticket = await aTicket();
    await act(ticket, '/take-down').expect(200);
    await bus.deliver('user:updated', { id: ticket.userId, version: 1, sellingSuspended: true });

    expect(codeOf(await act(ticket, '/restore').expect(409))).toBe('seller_suspended');
  });
});

describe('GET /api/tickets/admin/listings', () => {
  it('lists the listings of a seller in every status, without entry codes', async () => {
    const seller = newId();
    await aTicket({ userId: seller, secret: 'X1', createdAt: hours(-1) });
    const ticket = await aTicket({ userId: seller, status: 'withdrawn' });

    const { body } = await get(`/api/tickets/admin/listings?seller=${seller}`).expect(200);

    expect(body.map(({ status }: { status: string }) => status)).toEqual(['withdrawn', 'available']);
    expect(JSON.stringify(body)).not.toContain('X1');
    expect((await get(path(ticket)).expect(200)).body.id).toBe(ticket._id);
    await get('/api/tickets/admin/listings').expect(400);
    await get(path({ _id: newId() })).expect(404);
  });
});

describe('user:updated of a suspended account', () => {
  const suspend = (id: string, version: number, suspended: boolean) =>
    bus.deliver('user:updated', { id, version, sellingSuspended: suspended, suspended });

  it('withdraws the listings that are not sold, once, and none of another seller', async () => {
    const seller = newId();
    const live = await aTicket({ userId: seller });
    const { ticket: sold } = await aTicketWithOrder('sold', { userId: seller });
    const { ticket: reserved } = await aTicketWithOrder('reserved', { userId: seller });
    const other = await aTicket();

    for (let time = 0; time < 2; time++) expect(await suspend(seller, 1, true)).toBe('ack');

    const takenDown = { at: expect.any(Date), reason: 'The account of the seller was suspended.' };
    expect(await findTicket(live._id)).toMatchObject({ status: 'withdrawn', version: 1, takenDown });
    expect(await findTicket(reserved._id)).toMatchObject({ status: 'reserved', version: 2, takenDown });
    expect((await findTicket(sold._id))?.version).toBe(sold.version);
    expect((await findTicket(other._id))?.version).toBe(0);
    await eventually(() => eventsOf(live._id).length === 1);
  });

  it('withdraws nothing for a suspension that arrives after the restoration', async () => {
    const ticket = await aTicket();

    await suspend(ticket.userId, 2, false);
    await suspend(ticket.userId, 1, true);

    expect((await findTicket(ticket._id))?.status).toBe('available');
  });
});
