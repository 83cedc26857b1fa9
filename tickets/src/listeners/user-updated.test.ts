import request from 'supertest';
import { aUser, sessionCookie } from '@ticketing/common/testing';
import { aTicket, useService } from '../../test/fixtures.ts';

const { app, bus } = useService();

const seller = aUser();
const list = (key: string, as = seller) =>
  request(app)
    .post('/api/tickets')
    .set('Cookie', sessionCookie(as))
    .set('Idempotency-Key', key)
    .send({ title: `Hamlet ${key}`, price: 20 });
const update = (version: number, sellingSuspended: boolean) =>
  bus.deliver('user:updated', { id: seller.id, version, sellingSuspended });

describe('user:updated', () => {
  it('refuses new listings of a suspended seller, and nothing else, until the suspension is lifted', async () => {
    const { body: earlier } = await list('before').expect(201);
    expect(await update(3, true)).toBe('ack');

    const { body } = await list('while-suspended').expect(403);
    expect(body.errors).toEqual([{ message: expect.any(String), code: 'selling_suspended' }]);
    expect((await list('before').expect(200)).body.id).toBe(earlier.id);
    await list('of-another', aUser()).expect(201);
    const own = await aTicket({ userId: seller.id });
    const edit = { title: own.title, price: 12 };
    await request(app)
      .put(`/api/tickets/${own._id}`)
      .set('Cookie', sessionCookie(seller))
      .send(edit)
      .expect(200);

    await update(2, false); // late
    await list('while-suspended').expect(403);
    await update(4, false);
    await list('while-suspended').expect(201);
  });
});
