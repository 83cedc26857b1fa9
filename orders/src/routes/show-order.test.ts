import request from 'supertest';
import { newId } from '@ticketing/common';
import { aUser, sessionCookie } from '@ticketing/common/testing';
import { anOrder } from '../../test/fixtures.ts';
import { useService } from '../../test/setup.ts';

const { app } = useService();
const buyer = aUser();
const show = (id: string, user = buyer) =>
  request(app).get(`/api/orders/${id}`).set('Cookie', sessionCookie(user));

describe('GET /api/orders/:id', () => {
  it('returns the order with its history and no internal fields', async () => {
    const at = new Date('2026-11-24T20:00:00Z');
    const order = await anOrder({
      userId: buyer.id,
      status: 'cancelled',
      reason: 'expired',
      version: 2,
      payment: { id: newId(), status: 'voided' },
      idempotencyKey: 'tap',
      confirmedSilently: true,
      idempotencyHash: 'digest',
      createdAt: at,
      history: [
        { at, status: 'created', event: 'order:created' },
        { at, status: 'created', event: 'ticket:updated' },
        { at, status: 'cancelled', event: 'expiration:complete', reason: 'expired' },
      ],
    });

    const before = Date.now();
    const { body } = await show(order._id).expect(200);

    expect(body).toEqual({
      id: order._id,
      version: 2,
      status: 'cancelled',
      reason: 'expired',
      userId: buyer.id,
      expiresAt: order.expiresAt.toISOString(),
      serverNow: expect.any(String),
      ticket: {
        id: order.ticket.id,
        title: order.ticket.title,
        price: 89.5,
        currency: 'eur',
        sellerId: order.ticket.sellerId,
      },
      payment: order.payment,
      history: [
        { at: at.toISOString(), status: 'created', event: 'order:created' },
        { at: at.toISOString(), status: 'created', event: 'ticket:updated' },
        { at: at.toISOString(), status: 'cancelled', event: 'expiration:complete', reason: 'expired' },
      ],
      createdAt: at.toISOString(),
    });
    expect(Date.parse(body.serverNow)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(body.serverNow)).toBeLessThanOrEqual(Date.now());
  });

  it('returns 403 for the order of another buyer', async () => {
    const order = await anOrder({ userId: buyer.id });
    const { body } = await show(order._id, aUser()).expect(403);
    expect(body.errors[0].code).toBe('forbidden');
  });

  it('returns 404 for an unknown or malformed id', async () => {
    for (const id of ['5f0000000000000000000001', 'nonsense', newId().toUpperCase()])
      await show(id).expect(404);
  });

  it('returns 401 without a session', async () => {
    const order = await anOrder();
    await request(app).get(`/api/orders/${order._id}`).expect(401);
  });
});
