import request from 'supertest';
import type { User } from '@ticketing/common';
import { newId } from '@ticketing/common';
import { aUser, sessionCookie } from '@ticketing/common/testing';
import { anOrder, aTicket, aTicketWithOrder, useService } from '../../test/fixtures.ts';
import { tickets } from '../models/ticket.ts';

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

  it.each([
    ['hrk', 15_000, 150],
    ['usd', 1, 0.01],
  ])('returns a stored ticket that could not be listed today: %s %d', async (currency, amount, price) => {
    const ticket = await aTicket({ currency, amount, faceAmount: amount });

    expect(await show(ticket._id)).toMatchObject({ price, currency, faceValue: price });
  });

  it('shows the secret only to the seller while the ticket is reserved', async () => {
    const { ticket, buyer } = await aTicketWithOrder('reserved', { secret: '4711' });

    expect(await show(ticket._id)).not.toHaveProperty('secret');
    expect(await show(ticket._id, aUser())).not.toHaveProperty('secret');
    expect(await show(ticket._id, buyer)).not.toHaveProperty('secret');
    expect(await show(ticket._id, aUser({ id: ticket.userId }))).toHaveProperty('secret', '4711');
  });

  it('shows everyone whether there is a secret', async () => {
    const [withSecret, without] = [await aTicket({ secret: '4711' }), await aTicket()];

    expect(await show(withSecret._id)).toHaveProperty('hasSecret', true);
    expect(await show(without._id)).toHaveProperty('hasSecret', false);
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

  it('shows since when the seller has an account, and that nothing is sold yet', async () => {
    const ticket = await aTicket({ userId: `5f5e1000${newId().slice(8)}` });

    expect(await show(ticket._id)).toMatchObject({ seller: { since: '2020-09-13T12:26:40.000Z', sold: 0 } });
  });

  it('shows how many tickets the seller has sold, without those that were refunded', async () => {
    const { ticket } = await aTicketWithOrder('sold');
    const { userId } = ticket;
    const { ticket: refunded } = await aTicketWithOrder('sold', { userId });
    await aTicketWithOrder('reserved', { userId });
    await aTicketWithOrder('sold');
    const refund = { id: refunded.orderId!, reservationSeq: 1, status: 'refunded', version: 4 } as const;
    await bus.deliver('order:updated', anOrder(refunded, refund));

    expect(await show(ticket._id)).toMatchObject({ seller: { sold: 1 } });
    expect(await show(refunded._id, aUser({ id: userId }))).toMatchObject({ seller: { sold: 1 } });
  });

  it('counts the sales of a seller in an index, without reading tickets', async () => {
    const { ticket } = await aTicketWithOrder('sold');
    await Promise.all(Array.from({ length: 20 }, () => aTicket({ userId: ticket.userId })));

    const plan = await tickets
      .aggregate([
        { $match: { userId: ticket.userId, status: 'sold' } },
        { $limit: 1000 },
        { $group: { _id: 1, n: { $sum: 1 } } },
      ])
      .explain('executionStats');

    expect(JSON.stringify(plan)).toContain('"indexName":"sold_of_seller"');
    expect(JSON.stringify(plan)).toContain('"totalDocsExamined":0');
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
});
