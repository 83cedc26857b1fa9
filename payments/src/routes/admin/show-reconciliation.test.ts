import request from 'supertest';
import { aUser, sessionCookie } from '@ticketing/common/testing';
import type { Service } from '../../../test/fixtures.ts';
import { aPaymentsService, asBuyer } from '../../../test/fixtures.ts';
import { recordReconciliation } from '../../models/reconciliation.ts';

let service: Service;
beforeAll(async () => {
  service = await aPaymentsService();
});
afterAll(() => service.close());

const show = (cookie = sessionCookie(aUser({ role: 'operator' }))) =>
  request(service.server).get('/api/payments/admin/reconciliation').set('Cookie', cookie);
const aDifference = (n: number) => ({
  orderId: `order-${n}`,
  intentId: `pi_${n}`,
  what: 'captured here, canceled at Stripe',
});

describe('GET /api/payments/admin/reconciliation', () => {
  it('shows the end of the last reconciliation and its first differences, whatever process ran it', async () => {
    expect((await show().expect(200)).body).toEqual({ count: 0, differences: [] });

    const found = Array.from({ length: 101 }, (_, n) => aDifference(n));
    expect(await recordReconciliation(() => Promise.resolve(found))).toEqual(found);
    const { body: first } = await show().expect(200);
    expect(first).toEqual({
      succeededAt: expect.stringMatching(/^20/),
      count: 101,
      differences: found.slice(0, 100),
    });

    const failing = recordReconciliation(() => Promise.reject(new Error('Stripe is down')));
    await expect(failing).rejects.toThrow('Stripe is down');
    const { body: failed } = await show().expect(200);
    expect(failed).toEqual({ ...first, failedAt: expect.stringMatching(/^20/), error: 'Stripe is down' });

    await recordReconciliation(() => Promise.resolve([]));
    expect((await show().expect(200)).body).toEqual({
      succeededAt: expect.stringMatching(/^20/),
      count: 0,
      differences: [],
    });
  });

  it('returns 403 operator_required to a user', async () => {
    expect((await show(asBuyer).expect(403)).body.errors[0].code).toBe('operator_required');
  });
});
