import request from 'supertest';
import { newId } from '@ticketing/common';
import { aUser, eventually, sessionCookie } from '@ticketing/common/testing';
import { anOrder, aTicket, aTicketWithOrder, useService } from '../../test/fixtures.ts';
import { findTicket } from '../models/ticket.ts';

const { app, bus, eventsOf } = useService();

const seller = aUser();
const mine = { userId: seller.id };
const remove = (id: string, as = seller) =>
  request(app).delete(`/api/tickets/${id}`).set('Cookie', sessionCookie(as));

describe('DELETE /api/tickets/:id', () => {
  it('withdraws the ticket, keeps the document and publishes ticket:updated', async () => {
    const ticket = await aTicket(mine);

    await remove(ticket._id).expect(204, {});

    expect(await findTicket(ticket._id)).toMatchObject({ status: 'withdrawn', version: 1 });
    await eventually(() => eventsOf(ticket._id).length === 1);
    expect(eventsOf(ticket._id)).toMatchObject([{ name: 'ticket:updated', data: { status: 'withdrawn' } }]);
    const listed = await request(app).get('/api/tickets?status=all').expect(200);
    expect(listed.body.map(({ id }: { id: string }) => id)).not.toContain(ticket._id);
  });

  it.each(['reserved', 'sold'] as const)('returns 409 while the ticket is %s', async (status) => {
    const { ticket } = await aTicketWithOrder(status, mine);

    const { body } = await remove(ticket._id).expect(409);

    expect(body.errors).toMatchObject([{ code: `ticket_${status}` }]);
  });

  it('returns 409 for a ticket that is already withdrawn', async () => {
    const ticket = await aTicket(mine);

    await remove(ticket._id).expect(204);
    const { body } = await remove(ticket._id).expect(409);

    expect(body.errors).toMatchObject([{ code: 'ticket_withdrawn' }]);
  });

  it('returns 401 without a session and 403 for another user', async () => {
    const ticket = await aTicket(mine);

    await request(app).delete(`/api/tickets/${ticket._id}`).expect(401);
    await remove(ticket._id, aUser()).expect(403);
    expect(await findTicket(ticket._id)).toMatchObject({ status: 'available' });
  });

  it.each(['nothing', newId()])('returns 404 for an unknown or malformed id: %s', async (id) => {
    await remove(id).expect(404);
  });

  it('either withdraws and refuses a simultaneous reservation, or returns 409', async () => {
    for (let round = 0; round < 20; round++) {
      const ticket = await aTicket(mine);
      const order = anOrder(ticket);

      const [{ status }] = await Promise.all([remove(ticket._id), bus.deliver('order:created', order)]);

      const now = await findTicket(ticket._id);
      expect(now).toMatchObject(
        status === 204
          ? { status: 'withdrawn', refusedOrderId: order.id, reservationSeq: 1, version: 2 }
          : { status: 'reserved', orderId: order.id, reservationSeq: 1, version: 1 },
      );
      expect([204, 409]).toContain(status);
    }
  });
});
