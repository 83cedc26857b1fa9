import request from 'supertest';
import { aUser, sessionCookie } from '@ticketing/common/testing';
import type { Service } from '../../test/fixtures.ts';
import { anOrder, aPaymentsService, asBuyer } from '../../test/fixtures.ts';
import { payments } from '../models/payment.ts';

let service: Service;
beforeAll(async () => {
  service = await aPaymentsService();
});
afterAll(() => service.close());

const seller = aUser();
const list = (query = '', cookie = sessionCookie(seller)) =>
  request(service.server).get(`/api/payments/returns${query}`).set('Cookie', cookie);

const anyId = expect.stringMatching(/^[0-9a-f]{24}$/) as unknown;

const dispute = { id: 'du_1', status: 'needs_response', amount: 4550 } as const;

/** Captured sales of the seller, each with what was recorded of the money that went back. */
async function captured(...recorded: object[]): Promise<string[]> {
  const orders = recorded.map(() => anOrder({ status: 'complete', ticket: { sellerId: seller.id } }));
  for (const [i, order] of orders.entries()) {
    await service.bus.deliver('order:created', order);
    await payments().updateOne({ _id: order.id }, { $set: { status: 'captured', ...recorded[i] } });
  }
  return orders.map(({ id }) => id);
}

describe('GET /api/payments/returns', () => {
  it("lists the seller's sales with returned money or a dispute, newest first, and no other sale", async () => {
    const [, part, disputed] = await captured({}, { refundedAmount: 1050 }, { dispute });

    const { body } = await list().expect(200).expect('X-Total-Count', '2');

    expect(body).toEqual([
      expect.objectContaining({ id: disputed, price: 45.5, dispute: { ...dispute, amount: 45.5 } }),
      expect.objectContaining({ id: part, status: 'captured', refundedAmount: 10.5 }),
    ]);
    expect(body).toMatchObject([{ ticketId: anyId }, { ticketId: anyId }]);
    await list('', asBuyer).expect(200, []);
  });

  it('returns one page at a time', async () => {
    const [first, second] = await captured({ refundedAmount: 1, dispute }, { refundedAmount: 2 });

    const { body, headers } = await list('?limit=1').expect(200);
    const next = /<([^>]+)>; rel="next"/.exec(headers['link'] ?? '')?.[1] ?? '';
    const following = await request(service.server).get(next).set('Cookie', sessionCookie(seller));

    expect(body).toMatchObject([{ id: second }]);
    expect(following.body).toMatchObject([{ id: first }]);
    await list('?limit=0').expect(400);
  });

  it('returns 401 without a session', async () => {
    await request(service.server).get('/api/payments/returns').expect(401);
  });
});
