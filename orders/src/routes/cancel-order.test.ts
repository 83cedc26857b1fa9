import request from 'supertest';
import { newId } from '@ticketing/common';
import { aUser, eventually, metricValue, sessionCookie } from '@ticketing/common/testing';
import { anOrder, aTicket, paymentData } from '../../test/fixtures.ts';
import { PUBLIC_ORIGIN, useService } from '../../test/setup.ts';
import { findOrder } from '../models/order.ts';

const { app, events } = useService();
const buyer = aUser();
const cancel = (id: string, user = buyer) =>
  request(app).delete(`/api/orders/${id}`).set('Cookie', sessionCookie(user));

describe('DELETE /api/orders/:id', () => {
  it('cancels the order, frees the ticket and publishes order:cancelled', async () => {
    const order = await anOrder({ userId: buyer.id, republishAt: new Date() });

    await cancel(order._id).expect(204);

    const stored = await findOrder(order._id);
    expect(stored).toMatchObject({
      status: 'cancelled',
      reason: 'buyer',
      reservationKey: order._id,
      version: 1,
    });
    expect(stored).not.toHaveProperty('republishAt');
    expect(stored?.history.at(-1)).toEqual({
      at: expect.any(Date),
      status: 'cancelled',
      event: 'order:cancelled',
      reason: 'buyer',
    });
    await eventually(() => events.published.length === 1);
    expect(events.published).toEqual([
      {
        name: 'order:cancelled',
        data: expect.objectContaining({ id: order._id, version: 1, status: 'cancelled', reason: 'buyer' }),
      },
    ]);
  });

  it('lets another buyer reserve the ticket afterwards', async () => {
    const ticket = await aTicket();
    const reserve = (user: typeof buyer) =>
      request(app).post('/api/orders').set('Cookie', sessionCookie(user)).send({ ticketId: ticket._id });
    const first = await reserve(buyer).expect(201);

    await cancel(first.body.id).expect(204);

    await reserve(aUser()).expect(201);
  });

  it('returns 204 for an order that is already cancelled and publishes one event only', async () => {
    const order = await anOrder({ userId: buyer.id });

    const answers = await Promise.all(Array.from({ length: 20 }, () => cancel(order._id)));

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 204));
    expect(await findOrder(order._id)).toMatchObject({ version: 1 });
  });

  it.each([
    ['awaiting:payment', 'payment_in_progress'],
    ['complete', 'order_final'],
    ['refunded', 'order_final'],
  ] as const)('returns 409 for an order that is %s: %s', async (status, code) => {
    const order = await anOrder({ userId: buyer.id, status });

    const { body } = await cancel(order._id).expect(409);

    expect(body.errors).toEqual([{ message: expect.any(String), code }]);
    expect(await findOrder(order._id)).toMatchObject({ status, version: 0 });
  });

  it('either cancels or returns 409 when a payment is authorized at the same time', async () => {
    for (let round = 0; round < 20; round++) {
      const order = await anOrder({ userId: buyer.id, ticketConfirmed: true, reservationSeq: 1 });

      const [answer] = await Promise.all([
        cancel(order._id),
        events.deliver('payment:authorized', paymentData(order)),
      ]);

      const status = (await findOrder(order._id))?.status;
      expect([answer.status, status]).toEqual(
        answer.status === 204 ? [204, 'cancelled'] : [409, 'awaiting:payment'],
      );
    }
  });

  it('counts a cancelled order once by its reason, each of which exists before the first', async () => {
    const ended = (reason: string) => metricValue('ticketing_orders_ended_total', { reason });
    const [before = NaN, others] = await Promise.all([ended('buyer'), ended('dispute_lost')]);
    const order = await anOrder({ userId: buyer.id });

    await cancel(order._id).expect(204);
    await cancel(order._id);

    expect(await ended('buyer')).toBe(before + 1);
    expect(others).toEqual(expect.any(Number));
    expect(await ended('dispute_lost')).toBe(others);
  });

  it('returns 403 for the order of another buyer', async () => {
    const order = await anOrder({ userId: buyer.id });
    await cancel(order._id, aUser()).expect(403);
    expect(await findOrder(order._id)).toMatchObject({ status: 'created' });
  });

  it('returns 404 for an unknown or malformed id', async () => {
    for (const id of [newId(), 'nonsense']) await cancel(id).expect(404);
  });

  it('returns 401 without a session', async () => {
    await request(app).delete(`/api/orders/${newId()}`).expect(401);
  });

  it('returns 403 for a foreign Origin', async () => {
    const order = await anOrder({ userId: buyer.id });
    await cancel(order._id).set('Origin', 'https://evil.example').expect(403);
    await cancel(order._id).set('Origin', PUBLIC_ORIGIN).expect(204);
  });
});
