import request from 'supertest';
import { newId } from '@ticketing/common';
import { aUser, eventually, sessionCookie } from '@ticketing/common/testing';
import { aHeldTicket, anOrder, aTicket, useService } from '../../test/fixtures.ts';
import { findTicket } from '../models/ticket.ts';

const { app, bus, told } = useService();

const seller = aUser();
const mine = { userId: seller.id };
const remove = (id: string, as = seller) =>
  request(app).delete(`/api/tickets/${id}`).set('Cookie', sessionCookie(as));

describe('DELETE /api/tickets/:id', () => {
  it('takes the ticket from sale, keeps it and tells everyone', async () => {
    const ticket = await aTicket(mine);

    await remove(ticket._id).expect(204, {});

    expect(await findTicket(ticket._id)).toMatchObject({ status: 'withdrawn', version: 1 });
    await eventually(() => told(ticket._id).length === 1);
    expect(told(ticket._id)).toMatchObject([{ name: 'ticket:updated', data: { status: 'withdrawn' } }]);
    const listed = await request(app).get('/api/tickets?status=all').expect(200);
    expect(listed.body.map(({ id }: { id: string }) => id)).not.toContain(ticket._id);
  });

  it.each(['reserved', 'sold'] as const)('is refused while the ticket is %s', async (status) => {
    const { ticket } = await aHeldTicket(status, mine);

    const { body } = await remove(ticket._id).expect(409);

    expect(body.errors).toMatchObject([{ code: `ticket_${status}` }]);
  });

  it('is refused the second time', async () => {
    const ticket = await aTicket(mine);

    await remove(ticket._id).expect(204);
    const { body } = await remove(ticket._id).expect(409);

    expect(body.errors).toMatchObject([{ code: 'ticket_withdrawn' }]);
  });

  it('is for the seller only', async () => {
    const ticket = await aTicket(mine);

    await request(app).delete(`/api/tickets/${ticket._id}`).expect(401);
    await remove(ticket._id, aUser()).expect(403);
    expect(await findTicket(ticket._id)).toMatchObject({ status: 'available' });
  });

  it.each(['nothing', newId()])('finds nothing at %s', async (id) => {
    await remove(id).expect(404);
  });

  it('and a reservation at once end in a reservation kept or a reservation refused', async () => {
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
