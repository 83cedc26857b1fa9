import request from 'supertest';
import { newId } from '@ticketing/common';
import { aUser, eventually, sessionCookie } from '@ticketing/common/testing';
import { aTicket, aTicketWithOrder, useService } from '../../test/fixtures.ts';
import { findTicket } from '../models/ticket.ts';

const { app, eventsOf } = useService();

const seller = aUser();
const mine = { userId: seller.id };
const put = (id: string, body: object, as = seller) =>
  request(app).put(`/api/tickets/${id}/secret`).set('Cookie', sessionCookie(as)).send(body);
const read = (id: string, as = aUser()) =>
  request(app).get(`/api/tickets/${id}`).set('Cookie', sessionCookie(as));

describe('PUT /api/tickets/:id/secret', () => {
  it('corrects the code of a sold ticket, and shows it to the buyer and to no one else', async () => {
    const { ticket, buyer } = await aTicketWithOrder('sold', { ...mine, secret: 'WRONG' });

    const { body } = await put(ticket._id, { secret: ' DOOR-7781 ' }).expect(200);

    expect(body).toMatchObject({ status: 'sold', secret: 'DOOR-7781', version: ticket.version + 1 });
    expect((await read(ticket._id, buyer)).body.secret).toBe('DOOR-7781');
    expect((await read(ticket._id)).body).not.toHaveProperty('secret');
    expect((await request(app).get(`/api/tickets/${ticket._id}`)).body).not.toHaveProperty('secret');
  });

  it('publishes ticket:updated without the code', async () => {
    const { ticket } = await aTicketWithOrder('sold', mine);

    await put(ticket._id, { secret: 'DOOR-7781' }).expect(200);

    await eventually(() => eventsOf(ticket._id).length === 1);
    expect(eventsOf(ticket._id)).toMatchObject([
      { name: 'ticket:updated', data: { status: 'sold', version: ticket.version + 1 } },
    ]);
    expect(JSON.stringify(eventsOf(ticket._id))).not.toContain('7781');
  });

  it('stores and publishes nothing when the ticket has this code already', async () => {
    const { ticket } = await aTicketWithOrder('sold', { ...mine, secret: 'DOOR-7781' });

    const { body } = await put(ticket._id, { secret: 'DOOR-7781' }).expect(200);
    await put(ticket._id, { secret: 'DOOR-7782' }).expect(200);

    expect(body).toMatchObject({ secret: 'DOOR-7781', version: ticket.version });
    await eventually(() => eventsOf(ticket._id).length > 0);
    expect(eventsOf(ticket._id)).toMatchObject([{ data: { version: ticket.version + 1 } }]);
  });

  it.each(['available', 'reserved'] as const)('adds the code of a ticket that is %s', async (status) => {
    const ticket =
      status === 'available' ? await aTicket(mine) : (await aTicketWithOrder('reserved', mine)).ticket;

    const { body } = await put(ticket._id, { secret: 'DOOR-7781' }).expect(200);

    expect(body).toMatchObject({ status, secret: 'DOOR-7781' });
  });

  it('returns 409 ticket_withdrawn for a withdrawn ticket', async () => {
    const ticket = await aTicket({ ...mine, status: 'withdrawn' });

    const { body } = await put(ticket._id, { secret: 'DOOR-7781' }).expect(409);

    expect(body.errors[0].code).toBe('ticket_withdrawn');
    expect(await findTicket(ticket._id)).not.toHaveProperty('secret');
  });

  it('returns 403 to anyone but the seller, also to the buyer', async () => {
    const { ticket, buyer } = await aTicketWithOrder('sold', mine);
    await put(ticket._id, { secret: 'MINE' }, buyer).expect(403);
    await put(ticket._id, { secret: 'MINE' }, aUser()).expect(403);
  });

  it('returns 401 without a session, and 404 for an unknown ticket', async () => {
    await request(app).put(`/api/tickets/${newId()}/secret`).send({ secret: 'A' }).expect(401);
    await put(newId(), { secret: 'A' }).expect(404);
    await put('nonsense', { secret: 'A' }).expect(404);
  });

  it.each([{}, { secret: null }, { secret: ' ' }, { secret: 7 }, { secret: 'x'.repeat(2001) }])(
    'returns 400 for %j, because a buyer must not lose the code',
    async (body) => {
      const { ticket } = await aTicketWithOrder('sold', { ...mine, secret: 'KEPT' });
      const answer = await put(ticket._id, body).expect(400);
      expect(answer.body.errors[0].field).toBe('secret');
      expect(await findTicket(ticket._id)).toMatchObject({ secret: 'KEPT' });
    },
  );
});
