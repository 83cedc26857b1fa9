import request from 'supertest';
import { aUser, sessionCookie } from '@ticketing/common/testing';
import { aTicket, useService } from '../../test/fixtures.ts';

const rate = { account: 2, network: 1_000, seconds: 3_600 };
const { app } = useService({ rates: { listings: rate, edits: rate, searches: rate, reports: rate } });

const as = (user: ReturnType<typeof aUser>) => ({ Cookie: sessionCookie(user) });
const list = (user: ReturnType<typeof aUser>) =>
  request(app).post('/api/tickets').set(as(user)).send({ title: 'Nick Cave, Waldbühne', price: 79 });

describe('a seller', () => {
  it('gets 429 rate_limited after as many new listings as the limit allows', async () => {
    const seller = aUser();
    await list(seller).expect(201);
    await list(seller).expect(201);

    const { headers, body } = await list(seller).expect(429);

    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(body.errors[0].code).toBe('rate_limited');
    const mine = await request(app).get('/api/tickets?mine=1').set(as(seller)).expect(200);
    expect(mine.body).toHaveLength(2);
    await list(aUser()).expect(201);
  });

  it('gets 429 rate_limited after as many edits, entry codes and withdrawals together', async () => {
    const seller = aUser();
    const { _id: id } = await aTicket({ userId: seller.id });
    const path = `/api/tickets/${id}`;
    await request(app).put(path).set(as(seller)).send({ title: 'A', price: 1 }).expect(200);
    await request(app).put(`${path}/secret`).set(as(seller)).send({ secret: '1' }).expect(200);

    await request(app).put(path).set(as(seller)).send({ title: 'B', price: 1 }).expect(429);
    await request(app).put(`${path}/secret`).set(as(seller)).send({ secret: '2' }).expect(429);
    await request(app).delete(path).set(as(seller)).expect(429);

    await request(app)
      .get(path)
      .expect(200, /"title":"A"/);
  });
});

describe('a visitor', () => {
  it('gets 429 rate_limited after as many searches as the limit allows, and still sees single tickets', async () => {
    const visitor = aUser();
    const { _id: id } = await aTicket();
    const search = () => request(app).get('/api/tickets?q=cave').set(as(visitor));
    await search().expect(200);
    await search().expect(200);

    await search().expect(429, /rate_limited/);

    await request(app).get(`/api/tickets/${id}`).set(as(visitor)).expect(200);
  });
});
