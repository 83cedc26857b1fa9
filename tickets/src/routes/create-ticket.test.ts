import request from 'supertest';
import { aUser, eventually, sessionCookie } from '@ticketing/common/testing';
import { ORIGIN, useService } from '../../test/fixtures.ts';
import { findTicket } from '../models/ticket.ts';

const { app, bus, told } = useService();

const seller = aUser();
const post = (body: object, as = seller, key?: string) =>
  request(app)
    .post('/api/tickets')
    .set('Cookie', sessionCookie(as))
    .set(key === undefined ? {} : { 'Idempotency-Key': key })
    .send(body);
const good = { title: 'Hamlet, row 4', price: 19.99 };
const fields = (body: { errors: { field?: string }[] }) => body.errors.map(({ field }) => field);

describe('POST /api/tickets', () => {
  it('lists a ticket and tells everyone', async () => {
    const { body } = await post({ ...good, title: '  Hamlet, row 4 ' }).expect(201);

    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      version: 0,
      title: 'Hamlet, row 4',
      price: 19.99,
      currency: 'usd',
      userId: seller.id,
      status: 'available',
      createdAt: expect.any(String),
      updatedAt: body.createdAt,
    });
    expect(await findTicket(body.id)).toMatchObject({ amount: 1999, reservationSeq: 0 });
    await eventually(() => told(body.id).length === 1);
    expect(told(body.id)).toEqual([
      {
        name: 'ticket:created',
        data: expect.objectContaining({ id: body.id, amount: 1999, orderId: null, version: 0 }),
      },
    ]);
  });

  it('keeps everything that a seller may say, and tells nobody the secret or the notes', async () => {
    const said = {
      ...good,
      currency: 'eur',
      faceValue: 25,
      startsAt: '2031-05-01T19:00:00+02:00',
      timeZone: 'Europe/Berlin',
      venue: 'Schaubühne',
      city: 'Berlin',
      category: 'theatre',
      seat: 'Row 4, seat 12',
      notes: 'Collect at the box office',
      secret: 'barcode 4711',
    };

    const { body } = await post(said).expect(201);

    expect(body).toMatchObject({ ...said, startsAt: '2031-05-01T17:00:00.000Z' });
    await eventually(() => told(body.id).length === 1);
    expect(told(body.id)[0]?.data).toMatchObject({ faceAmount: 2500, city: 'Berlin' });
    expect(JSON.stringify(told(body.id))).not.toMatch(/4711|box office/);
  });

  it('stores nothing that it does not ask for', async () => {
    const { body } = await post({
      ...good,
      userId: aUser().id,
      status: 'sold',
      orderId: aUser().id,
      version: 7,
      amount: 1,
      color: 'red',
    }).expect(201);

    expect(body).toMatchObject({ userId: seller.id, status: 'available', version: 0, price: 19.99 });
    const stored = await findTicket(body.id);
    expect(stored).not.toHaveProperty('color');
    expect(stored).not.toHaveProperty('orderId');
  });

  it('takes null for what is left out', async () => {
    const { body } = await post({
      ...good,
      venue: null,
      startsAt: null,
      currency: null,
      faceValue: null,
    }).expect(201);

    expect(body).not.toHaveProperty('venue');
    expect(body).toMatchObject({ currency: 'usd' });
  });

  it.each([
    ['jpy', 1500, 1500],
    ['usd', 999_999.99, 99_999_999],
    ['kwd', 1.234, 1234],
    ['usd', 0.01, 1],
  ])('reads prices in the decimals of %s: %d', async (currency, price, amount) => {
    const { body } = await post({ ...good, currency, price }).expect(201);

    expect(body).toMatchObject({ price, currency });
    expect(await findTicket(body.id)).toMatchObject({ amount });
  });

  it.each([
    ['title missing', { title: undefined }, 'title'],
    ['title blank', { title: '   ' }, 'title'],
    ['title too long', { title: 'x'.repeat(201) }, 'title'],
    ['title an operator', { title: { $ne: 1 } }, 'title'],
    ['title a list', { title: ['x'] }, 'title'],
    ['price missing', { price: undefined }, 'price'],
    ['price null', { price: null }, 'price'],
    ['price text', { price: '20' }, 'price'],
    ['price zero', { price: 0 }, 'price'],
    ['price negative', { price: -5 }, 'price'],
    ['price with three decimals', { price: 10.005 }, 'price'],
    ['price with decimals in yen', { price: 10.5, currency: 'jpy' }, 'price'],
    ['price too large', { price: 1_000_000 }, 'price'],
    ['price an operator', { price: { $gt: 0 } }, 'price'],
    ['currency unknown', { currency: 'xyz' }, 'currency'],
    ['currency in capitals', { currency: 'USD' }, 'currency'],
    ['currency a number', { currency: 840 }, 'currency'],
    ['faceValue too fine', { faceValue: 1.001 }, 'faceValue'],
    ['startsAt past', { startsAt: '2020-01-01T00:00:00Z' }, 'startsAt'],
    ['startsAt a date only', { startsAt: '2031-01-01' }, 'startsAt'],
    ['startsAt no day', { startsAt: '2031-02-30T00:00:00Z' }, 'startsAt'],
    ['startsAt a number', { startsAt: 1924988400000 }, 'startsAt'],
    ['timeZone unknown', { timeZone: 'Mars/Olympus' }, 'timeZone'],
    ['timeZone an offset', { timeZone: '+02:00' }, 'timeZone'],
    ['venue too long', { venue: 'x'.repeat(101) }, 'venue'],
    ['city too long', { city: 'x'.repeat(101) }, 'city'],
    ['seat too long', { seat: 'x'.repeat(101) }, 'seat'],
    ['category unknown', { category: 'circus' }, 'category'],
    ['notes too long', { notes: 'x'.repeat(2001) }, 'notes'],
    ['secret too long', { secret: 'x'.repeat(2001) }, 'secret'],
    ['secret an operator', { secret: { $where: '1' } }, 'secret'],
  ])('refuses a %s', async (_, wrong, field) => {
    const { body } = await post({ ...good, ...wrong }).expect(400);

    expect(fields(body)).toEqual([field]);
  });

  it('names every field that is wrong', async () => {
    const { body } = await post({ title: '', price: 'free', city: 7 }).expect(400);

    expect(fields(body).sort()).toEqual(['city', 'price', 'title']);
  });

  it('is for people who are signed in, before anything else is looked at', async () => {
    const { body } = await request(app).post('/api/tickets').send({}).expect(401);

    expect(body).toEqual({
      errors: [{ message: expect.any(String), code: 'not_signed_in' }],
      requestId: expect.any(String),
    });
  });

  it.each([
    ['a list', 400, 'application/json', '[]'],
    ['no JSON', 400, 'application/json', '{"title":'],
    ['another kind', 415, 'text/plain', 'title=x'],
    ['too much', 413, 'application/json', JSON.stringify({ ...good, notes: 'x'.repeat(101 * 1024) })],
  ])('refuses a body that is %s', async (_, status, type, sent) => {
    const { body } = await request(app)
      .post('/api/tickets')
      .set('Cookie', sessionCookie(seller))
      .set('Content-Type', type)
      .send(sent)
      .expect(status);

    expect(body.errors).toHaveLength(1);
  });

  it('refuses pages of other origins', async () => {
    await post(good).set('Origin', 'https://evil.example').expect(403);
    await post(good).set('Origin', ORIGIN).expect(201);
  });

  it('answers though the broker is away; what it tells comes later', async () => {
    bus.status = 'down';
    const { body } = await post(good).expect(201);
    bus.status = 'up';

    await eventually(() => told(body.id).length === 1);
  });

  describe('with an Idempotency-Key', () => {
    it('answers a repetition with the ticket it listed, as it is now', async () => {
      const first = await post(good, seller, 'tap-1').expect(201);
      await request(app)
        .put(`/api/tickets/${first.body.id}`)
        .set('Cookie', sessionCookie(seller))
        .send({ ...good, price: 25 })
        .expect(200);

      const again = await post(good, seller, 'tap-1').expect(200);

      expect(again.body).toMatchObject({ id: first.body.id, version: 1, price: 25 });
      expect(JSON.stringify(again.body)).not.toContain('tap-1');
    });

    it('lists one ticket of a double click', async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => post(good, seller, 'tap-2')));

      expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(9).fill(200), 201]);
      expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
      const { id } = answers[0]?.body ?? {};
      await eventually(() => told(id).length > 0);
      expect(told(id)).toHaveLength(1);
    });

    it('refuses the key for another ticket', async () => {
      await post(good, seller, 'tap-3').expect(201);

      const { body } = await post({ ...good, price: 20 }, seller, 'tap-3').expect(409);

      expect(body.errors[0].code).toBe('idempotency_key_reused');
    });

    it('forgets a request that was refused, and is for one seller only', async () => {
      await post({ ...good, title: '' }, seller, 'tap-4').expect(400);

      await post(good, seller, 'tap-4').expect(201);
      await post(good, aUser(), 'tap-4').expect(201);
    });

    it.each(['', 'x'.repeat(129)])('refuses a key that is none: "%s"', async (key) => {
      const { body } = await post(good, seller, key).expect(400);

      expect(fields(body)).toEqual(['Idempotency-Key']);
    });
  });
});
