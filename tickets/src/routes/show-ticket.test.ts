import request from 'supertest';
import { newId } from '@ticketing/common';
import type { User } from '@ticketing/common';
import { aUser, sessionCookie } from '@ticketing/common/testing';
import { aTicketWithOrder, aTicket, useService } from '../../test/fixtures.ts';
import { ticketEvent } from '../models/ticket-event.ts';
import { Ticket } from '../models/ticket.ts';

const { app, bus } = useService();

async function show(id: string, as?: User) {
  const call = request(app).get(`/api/tickets/${id}`);
  const { body } = await (as ? call.set('Cookie', sessionCookie(as)) : call).expect(200);
  return body as Record<string, unknown>;
}

describe('GET /api/tickets/:id', () => {
  it('returns a ticket with its notes to an anonymous viewer', async () => {
    const ticket = await aTicket({ amount: 8950, notes: 'two together' });

    expect(await show(ticket._id)).toMatchObject({ id: ticket._id, price: 89.5, notes: 'two together' });
  });

  it('shows the secret only to the seller while the ticket is reserved', async () => {
    const { ticket, buyer } = await aTicketWithOrder('reserved', { secret: '4711' });

    expect(await show(ticket._id)).not.toHaveProperty('secret');
    expect(await show(ticket._id, aUser())).not.toHaveProperty('secret');
    expect(await show(ticket._id, buyer)).not.toHaveProperty('secret');
    expect(await show(ticket._id, aUser({ id: ticket.userId }))).toHaveProperty('secret', '4711');
  });

  it('shows the secret to the buyer once the ticket is sold', async () => {
    const { ticket, buyer } = await aTicketWithOrder('sold', { secret: '4711' });

    expect(await show(ticket._id, buyer)).toMatchObject({ secret: '4711', soldAt: expect.any(String) });
    expect(await show(ticket._id, aUser())).not.toHaveProperty('secret');
  });

  it('shows orderId to seller and buyer only, and never shows the buyer', async () => {
    const { ticket, buyer } = await aTicketWithOrder('reserved');
    const seller = aUser({ id: ticket.userId });

    expect(await show(ticket._id, seller)).toHaveProperty('orderId', ticket.orderId);
    expect(await show(ticket._id, buyer)).toHaveProperty('orderId', ticket.orderId);
    expect(await show(ticket._id, aUser())).not.toHaveProperty('orderId');
    expect(await show(ticket._id)).not.toHaveProperty('orderId');
    expect(JSON.stringify(await show(ticket._id, seller))).not.toContain(buyer.id);
  });

  it('returns no internal fields', async () => {
    const ticket = await aTicket({ city: 'Köln', startsAt: new Date('2031-01-01T00:00:00Z') });

    const shown = Object.keys(await show(ticket._id));

    for (const field of [
      '_id',
      'outbox',
      'reservationSeq',
      'amount',
      'words',
      'cityKey',
      'overAt',
      'listPrice',
    ])
      expect(shown).not.toContain(field);
  });

  it('returns a withdrawn ticket', async () => {
    const ticket = await aTicket({ status: 'withdrawn', version: 1 });

    expect(await show(ticket._id)).toMatchObject({ status: 'withdrawn' });
  });

  it.each(['x', '123', 'g'.repeat(24), '%00', '{"$ne":1}', newId()])(
    'returns 404 for an unknown or malformed id: %s',
    async (id) => {
      const { body } = await request(app)
        .get(`/api/tickets/${encodeURIComponent(id)}`)
        .expect(404);

      expect(body.errors).toEqual([{ message: 'Ticket not found', code: 'not_found' }]);
    },
  );

  it('returns the cached response to other viewers until a ticket event arrives, never to the buyer', async () => {
    const { ticket, buyer } = await aTicketWithOrder('reserved');
    const headersOf = async (as?: User) => {
      const call = request(app).get(`/api/tickets/${ticket._id}`);
      const { headers, text } = await (as ? call.set('Cookie', sessionCookie(as)) : call).expect(200);
      const { date: _date, 'x-request-id': _id, ...rest } = headers as Record<string, string>;
      return { headers: rest, text };
    };
    const first = await headersOf();
    await Ticket.collection.updateOne({ _id: ticket._id as never }, { $set: { title: 'Other' } });

    expect(await headersOf()).toEqual(first);
    expect(await headersOf(aUser())).toEqual(first);
    expect(await show(ticket._id, buyer)).toMatchObject({ title: 'Other', orderId: ticket.orderId });

    await bus.deliver('ticket:updated', ticketEvent({ ...ticket, version: 2 }).data as never);
    expect(await show(ticket._id)).toMatchObject({ title: 'Other' });
  });

  it('shows a write of this process at once', async () => {
    const seller = aUser();
    const ticket = await aTicket({ userId: seller.id, title: 'Before' });
    expect(await show(ticket._id)).toMatchObject({ title: 'Before' });

    await request(app)
      .put(`/api/tickets/${ticket._id}`)
      .set('Cookie', sessionCookie(seller))
      .send({ title: 'After', price: 10 })
      .expect(200);

    expect(await show(ticket._id)).toMatchObject({ title: 'After' });
  });
});
