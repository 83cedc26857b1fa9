import request from 'supertest';
import { aUser, sessionCookie } from '@ticketing/common/testing';
import { anOrder } from '../../test/fixtures.ts';
import { useService } from '../../test/setup.ts';

const { app } = useService();
const buyer = aUser();
const list = (query = '') => request(app).get(`/api/orders${query}`).set('Cookie', sessionCookie(buyer));
const ids = (body: { id: string }[]) => body.map(({ id }) => id);

/** The buyer's orders, oldest first, two of them made in the same millisecond. */
async function someOrders(count: number) {
  const start = Date.parse('2026-11-24T20:00:00Z');
  const orders = [];
  for (let nth = 0; nth < count; nth++)
    orders.push(
      await anOrder({
        userId: buyer.id,
        createdAt: new Date(start + Math.floor(nth / 2) * 1000),
        status: nth % 2 ? 'cancelled' : 'created',
      }),
    );
  return orders.map(({ _id }) => _id);
}

describe('GET /api/orders', () => {
  it("lists a buyer's own orders, newest first", async () => {
    const own = await someOrders(4);
    await anOrder();

    const { body } = await list().expect(200).expect('X-Total-Count', '4');

    expect(ids(body)).toEqual(own.reverse());
    expect(body[0]).toMatchObject({ ticket: { price: 89.5 }, history: [{ event: 'order:created' }] });
  });

  it('returns an empty list for a buyer without orders', async () => {
    const { body } = await list().expect(200).expect('X-Total-Count', '0');
    expect(body).toEqual([]);
  });

  it('filters by one status or several', async () => {
    const own = await someOrders(4);
    const paying = await anOrder({ userId: buyer.id, status: 'awaiting:payment' });

    const one = await list('?status=created').expect(200).expect('X-Total-Count', '2');
    const two = await list('?status=cancelled,awaiting:payment').expect(200);

    expect(ids(one.body)).toEqual([own[2], own[0]]);
    expect(ids(two.body)).toEqual([paying._id, own[3], own[1]]);
  });

  it('pages forwards and backwards through the Link header', async () => {
    const own = (await someOrders(7)).reverse();
    const link = (header: string | undefined, rel: string) =>
      new RegExp(`</api/orders([^>]*)>; rel="${rel}"`).exec(header ?? '')?.[1];

    const first = await list('?limit=3').expect(200);
    const second = await list(link(first.headers['link'], 'next')).expect(200);
    const third = await list(link(second.headers['link'], 'next')).expect(200);
    const back = await list(link(third.headers['link'], 'prev')).expect(200);

    expect([first, second, third].flatMap(({ body }) => ids(body))).toEqual(own);
    expect(ids(back.body)).toEqual(own.slice(3, 6));
    expect(link(first.headers['link'], 'prev')).toBeUndefined();
    expect(link(third.headers['link'], 'next')).toBeUndefined();
  });

  it.each([
    ['?status=lost', 'status'],
    ['?status=created&status=complete&status=lost', 'status'],
    ['?status[$ne]=created&limit=0', 'limit'],
    ['?limit=101', 'limit'],
    ['?limit=abc', 'limit'],
    ['?cursor=nonsense', 'cursor'],
  ])('returns 400 for %s', async (query, field) => {
    const { body } = await list(query).expect(400);
    expect(body.errors[0].field).toBe(field);
  });

  it('returns 401 without a session', async () => {
    await request(app).get('/api/orders').expect(401);
  });
});
