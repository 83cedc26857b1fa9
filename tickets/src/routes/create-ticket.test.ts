import request from 'supertest';
import { aUser, eventually, metricValue, sessionCookie } from '@ticketing/common/testing';
import { ORIGIN, useService } from '../../test/fixtures.ts';
import { findTicket } from '../models/ticket.ts';

const { app, bus, eventsOf } = useService();

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
  it('counts listings and repeated requests, both of which exist before the first', async () => {
    const counts = () =>
      Promise.all(
        ['created', 'repeated'].map((outcome) => metricValue('ticketing_listings_total', { outcome })),
      );
    const [created = NaN, repeated = NaN] = await counts();

    await post(good, seller, 'counted').expect(201);
    await post(good, seller, 'counted').expect(200);
    await post({ ...good, price: -1 }).expect(400);

    expect(await counts()).toEqual([created + 1, repeated + 1]);
  });

  it('lists the ticket and publishes ticket:created', async () => {
    const { body } = await post({ ...good, title: '  Hamlet, row 4 ' }).expect(201);

    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      version: 0,
      title: 'Hamlet, row 4',
      price: 19.99,
      currency: 'usd',
      userId: seller.id,
      status: 'available',
      eventId: expect.stringMatching(/^[0-9a-f]{24}$/),
      hasSecret: false,
      createdAt: expect.any(String),
      updatedAt: body.createdAt,
    });
    expect(await findTicket(body.id)).toMatchObject({ amount: 1999, reservationSeq: 0 });
    await eventually(() => eventsOf(body.id).length === 1);
    expect(eventsOf(body.id)).toEqual([
      {
        name: 'ticket:created',
        data: expect.objectContaining({
          id: body.id,
          amount: 1999,
          orderId: null,
          version: 0,
          eventId: body.eventId,
        }),
      },
    ]);
  });

  it('stores every field of a seller, and publishes neither secret nor notes', async () => {
    const sent = {
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

    const { body } = await post(sent).expect(201);

    expect(body).toMatchObject({ ...sent, startsAt: '2031-05-01T17:00:00.000Z' });
    await eventually(() => eventsOf(body.id).length === 1);
    expect(eventsOf(body.id)[0]?.data).toMatchObject({ faceAmount: 2500, city: 'Berlin' });
    expect(JSON.stringify(eventsOf(body.id))).not.toMatch(/4711|box office/);
  });

  it.each(['userId', 'status', 'orderId', 'version', 'amount', 'quantity'])(
    'returns 400 for %s, which is no field of a new listing',
    async (field) => {
      const { body } = await post({ ...good, [field]: 4 }).expect(400);

      expect(body.errors).toEqual([{ field, message: expect.any(String), code: 'unknown_field' }]);
    },
  );

  it('stores the current name of a time zone for an old one', async () => {
    const { body } = await post({ ...good, timeZone: 'US/Pacific' }).expect(201);

    expect(body).toMatchObject({ timeZone: 'America/Los_Angeles' });
  });

  it('treats null as an absent field', async () => {
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
    ['kwd', 1.23, 1230],
    ['usd', 0.5, 50],
    ['huf', 19_900, 1_990_000],
    ['isk', 5000, 5000],
    ['idr', 9_999_999_999.99, 999_999_999_999],
  ])('converts a price in %s to minor units: %d', async (currency, price, amount) => {
    const { body } = await post({ ...good, currency, price }).expect(201);

    expect(body).toMatchObject({ price, currency });
    expect(await findTicket(body.id)).toMatchObject({ amount });
  });

  it.each([
    ['a missing title', { title: undefined }, 'title'],
    ['a blank title', { title: '   ' }, 'title'],
    ['a title that is too long', { title: 'x'.repeat(201) }, 'title'],
    ['an operator as title', { title: { $ne: 1 } }, 'title'],
    ['a list as title', { title: ['x'] }, 'title'],
    ['a missing price', { price: undefined }, 'price'],
    ['null as price', { price: null }, 'price'],
    ['text as price', { price: '20' }, 'price'],
    ['a price of zero', { price: 0 }, 'price'],
    ['a negative price', { price: -5 }, 'price'],
    ['a price with three decimals in dollars', { price: 10.005 }, 'price'],
    ['a price with decimals in yen', { price: 10.5, currency: 'jpy' }, 'price'],
    ['a price that is too large', { price: 1_000_000 }, 'price'],
    ['an operator as price', { price: { $gt: 0 } }, 'price'],
    ['a price too small to charge', { price: 0.49 }, 'price'],
    ['a price in half crowns of Iceland', { price: 5000.5, currency: 'isk' }, 'price'],
    ['a price in dinars that Stripe cannot express', { price: 12.345, currency: 'kwd' }, 'price'],
    ['a faceValue that is too large', { faceValue: 1_000_000 }, 'faceValue'],
    ['an unknown currency', { currency: 'xyz' }, 'currency'],
    ['a currency that Stripe does not accept', { currency: 'kpw', price: 500 }, 'currency'],
    ['a currency that ISO has withdrawn', { currency: 'hrk', price: 500 }, 'currency'],
    ['a currency in capitals', { currency: 'USD' }, 'currency'],
    ['a number as currency', { currency: 840 }, 'currency'],
    ['a faceValue with three decimals in dollars', { faceValue: 1.001 }, 'faceValue'],
    ['a startsAt in the past', { startsAt: '2020-01-01T00:00:00Z' }, 'startsAt'],
    ['a startsAt without a time', { startsAt: '2031-01-01' }, 'startsAt'],
    ['a startsAt on a day that does not exist', { startsAt: '2031-02-30T00:00:00Z' }, 'startsAt'],
    ['a number as startsAt', { startsAt: 1924988400000 }, 'startsAt'],
    ['a startsAt at the end of the calendar', { startsAt: '9999-12-31T00:00:00Z' }, 'startsAt'],
    ['an unknown timeZone', { timeZone: 'Mars/Olympus' }, 'timeZone'],
    ['an abbreviation as timeZone', { timeZone: 'PST' }, 'timeZone'],
    ['a list as timeZone', { timeZone: ['Europe/Berlin'] }, 'timeZone'],
    ['an offset as timeZone', { timeZone: '+02:00' }, 'timeZone'],
    ['a venue that is too long', { venue: 'x'.repeat(101) }, 'venue'],
    ['a city that is too long', { city: 'x'.repeat(101) }, 'city'],
    ['a seat that is too long', { seat: 'x'.repeat(101) }, 'seat'],
    ['an unknown category', { category: 'circus' }, 'category'],
    ['notes that are too long', { notes: 'x'.repeat(2001) }, 'notes'],
    ['a secret that is too long', { secret: 'x'.repeat(2001) }, 'secret'],
    ['an operator as secret', { secret: { $where: '1' } }, 'secret'],
  ])('returns 400 for %s', async (_, wrong, field) => {
    const { body } = await post({ ...good, ...wrong }).expect(400);

    expect(fields(body)).toEqual([field]);
  });

  it.each([
    [{ price: 0.3 }, 'price must be at least 0.50 USD'],
    [{ price: 100, currency: 'huf' }, 'price must be at least 175.00 HUF'],
    [{ price: 10, currency: 'jpy' }, 'price must be at least 50 JPY'],
    [{ price: 1_000_000 }, 'price must be at most 999999.99 USD'],
    [{ price: 1200.5, currency: 'jpy' }, 'price has more decimals than JPY allows (0)'],
  ])('returns 400 for %j with the limit in the message', async (wrong, message) => {
    const { body } = await post({ ...good, ...wrong }).expect(400);

    expect(body.errors).toEqual([{ field: 'price', message }]);
  });

  it('accepts a faceValue below the smallest price', async () => {
    const { body } = await post({ ...good, faceValue: 0.01 }).expect(201);

    expect(body).toMatchObject({ faceValue: 0.01 });
  });

  it('returns one error for every invalid field', async () => {
    const { body } = await post({ title: '', price: 'free', city: 7 }).expect(400);

    expect(fields(body).sort()).toEqual(['city', 'price', 'title']);
  });

  it('returns 401 without a session, before the body is validated', async () => {
    const { body } = await request(app).post('/api/tickets').send({}).expect(401);

    expect(body).toEqual({
      errors: [{ message: expect.any(String), code: 'not_signed_in' }],
      requestId: expect.any(String),
    });
  });

  it.each([
    ['a JSON list', 400, 'application/json', '[]'],
    ['malformed', 400, 'application/json', '{"title":'],
    ['not JSON', 415, 'text/plain', 'title=x'],
    ['too large', 413, 'application/json', JSON.stringify({ ...good, notes: 'x'.repeat(101 * 1024) })],
  ])('returns an error for a body that is %s: %i', async (_, status, type, sent) => {
    const { body } = await request(app)
      .post('/api/tickets')
      .set('Cookie', sessionCookie(seller))
      .set('Content-Type', type)
      .send(sent)
      .expect(status);

    expect(body.errors).toHaveLength(1);
  });

  it('returns 403 for a foreign Origin', async () => {
    await post(good).set('Origin', 'https://evil.example').expect(403);
    await post(good).set('Origin', ORIGIN).expect(201);
  });

  it('returns 201 while the broker is unavailable, and publishes ticket:created afterwards', async () => {
    bus.status = 'down';
    const { body } = await post(good).expect(201);
    bus.status = 'up';

    await eventually(() => eventsOf(body.id).length === 1);
  });

  describe('with an Idempotency-Key', () => {
    it('returns 200 and the current state of the ticket that the first request listed', async () => {
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

    it('lists one ticket for ten simultaneous requests with the same key', async () => {
      const responses = await Promise.all(Array.from({ length: 10 }, () => post(good, seller, 'tap-2')));

      expect(responses.map(({ status }) => status).toSorted()).toEqual([...Array(9).fill(200), 201]);
      expect(new Set(responses.map(({ body }) => body.id)).size).toBe(1);
      const { id } = responses[0]?.body ?? {};
      await eventually(() => eventsOf(id).length > 0);
      expect(eventsOf(id)).toHaveLength(1);
    });

    it('returns 409 idempotency_key_reused for other fields', async () => {
      await post(good, seller, 'tap-3').expect(201);

      const { body } = await post({ ...good, price: 20 }, seller, 'tap-3').expect(409);

      expect(body.errors[0].code).toBe('idempotency_key_reused');
    });

    it('does not remember a refused request, and keeps the keys of different sellers apart', async () => {
      await post({ ...good, title: '' }, seller, 'tap-4').expect(400);

      await post(good, seller, 'tap-4').expect(201);
      await post(good, aUser(), 'tap-4').expect(201);
    });

    it.each(['', 'x'.repeat(129)])(
      'returns 400 for a key that is empty or longer than 128 characters: "%s"',
      async (key) => {
        const { body } = await post(good, seller, key).expect(400);

        expect(fields(body)).toEqual(['Idempotency-Key']);
      },
    );
  });
});
