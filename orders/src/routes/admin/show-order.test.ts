import request from 'supertest';
import { newId } from '@ticketing/common';
import { aUser, sessionCookie } from '@ticketing/common/testing';
import { anOrder } from '../../../test/fixtures.ts';
import { useService } from '../../../test/setup.ts';

const { app } = useService();
const show = (id: string, user = aUser({ role: 'operator' })) =>
  request(app).get(`/api/orders/admin/orders/${id}`).set('Cookie', sessionCookie(user));

describe('GET /api/orders/admin/orders/:id', () => {
  it('shows an operator the order of any buyer with its history', async () => {
    const at = new Date('2026-11-24T20:00:00Z');
    const history = [{ at, status: 'created' as const, event: 'order:created' as const }];
    const order = await anOrder({ history });

    const { body } = await show(order._id).expect(200);

    expect(body).toMatchObject({
      id: order._id,
      userId: order.userId,
      history: [{ at: at.toISOString(), status: 'created', event: 'order:created' }],
    });
  });

  it('returns 403 operator_required to a user, also to the buyer, and 404 for an unknown order', async () => {
    const order = await anOrder();

    const { body } = await show(order._id, aUser({ id: order.userId })).expect(403);

    expect(body.errors[0].code).toBe('operator_required');
    await show(newId()).expect(404);
    await show('no-id').expect(404);
  });
});
