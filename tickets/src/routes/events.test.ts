import request from 'supertest';
import { aUser, eventually, sessionCookie, silentLog } from '@ticketing/common/testing';
import { aTicket, hours, useService } from '../../test/fixtures.ts';
import { listedEvents } from '../models/listed-event.ts';
import { rebuildSearchKeys } from '../models/rebuild-search-keys.ts';
import { tickets } from '../models/ticket.ts';

const { app, bus, eventsOf } = useService();
beforeEach(() => tickets.deleteMany({}));

async function list(fields: object): Promise<{ id: string; eventId: string }> {
  const { body } = await request(app)
    .post('/api/tickets')
    .set('Cookie', sessionCookie(aUser()))
    .send({ price: 20, currency: 'eur', ...fields })
    .expect(201);
  return body as { id: string; eventId: string };
}

const show = (address: string) => request(app).get(`/api/tickets/events/${address}/tickets`);

describe('GET /api/tickets/events/:address/tickets', () => {
  it('shows the tickets for sale of an event, cheapest first within each currency', async () => {
    const event = { title: 'Parsifal', venue: 'Staatsoper', startsAt: hours(5).toISOString() };
    const { eventId } = await list({ ...event, price: 90 });
    await list({ ...event, title: 'PARSIFAL', price: 36 });
    await list({ ...event, price: 40, currency: 'usd' });
    await list({ ...event, title: 'Lohengrin' });

    const { body } = await show(eventId).expect(200);

    expect(body).toMatchObject({ id: eventId, title: 'Parsifal', available: 3 });
    expect(body.prices).toEqual([
      { currency: 'eur', available: 2, lowest: 36, highest: 90 },
      { currency: 'usd', available: 1, lowest: 40, highest: 40 },
    ]);
    expect(body.tickets.map(({ price }: { price: number }) => price)).toEqual([36, 90, 40]);
    expect((await show(body.slug).expect(200)).body).toEqual(body);
  });

  it('stores an event once when several tickets of it are listed at once', async () => {
    const event = { title: `Tosca ${Date.now()}` };

    const listed = await Promise.all([list(event), list(event), list(event)]);

    expect(new Set(listed.map(({ eventId }) => eventId)).size).toBe(1);
    await eventually(async () => (await listedEvents.countDocuments({ title: event.title })) === 1);
    expect((await show(listed[0].eventId).expect(200)).body.available).toBe(3);
  });

  it('stores an event before its ticket is published, also while the broker is unavailable', async () => {
    bus.status = 'down';
    const { id, eventId } = await list({ title: `Salome ${Date.now()}` });
    await eventually(async () => (await listedEvents.countDocuments({ _id: eventId })) === 1);
    expect(eventsOf(id)).toEqual([]);
    bus.status = 'up';
    await eventually(() => eventsOf(id).length === 1);
  });

  it('moves an edited ticket to its new event', async () => {
    const seller = sessionCookie(aUser());
    const { body } = await request(app)
      .post('/api/tickets')
      .set('Cookie', seller)
      .send({ title: 'Aida', price: 10 });

    const edited = await request(app)
      .put(`/api/tickets/${body.id}`)
      .set('Cookie', seller)
      .send({ title: 'Nabucco', price: 10 })
      .expect(200);

    expect((await show(edited.body.eventId).expect(200)).body).toMatchObject({
      title: 'Nabucco',
      available: 1,
    });
    expect((await show(body.eventId).expect(200)).body).toMatchObject({ title: 'Aida', available: 0 });
  });

  it('shows the other event at the address of a merged one, with the tickets of both', async () => {
    const kept = await list({ title: 'Il trovatore', price: 20 });
    const merged = await list({ title: 'Trovatore', price: 10 });
    await eventually(async () => (await listedEvents.countDocuments({ _id: merged.eventId })) === 1);
    await listedEvents.updateOne({ _id: merged.eventId }, { $set: { mergedInto: kept.eventId } });

    const { body } = await show(merged.eventId).expect(200);

    expect(body).toMatchObject({ id: kept.eventId, available: 2 });
    expect(body.prices).toEqual([{ currency: 'eur', available: 2, lowest: 10, highest: 20 }]);
  });

  it('returns 404 for an unknown address', async () => {
    await show('no-such-event').expect(404);
  });
});

describe('GET /api/tickets/events', () => {
  it('lists each event that has tickets for sale once, by date, in pages without gaps', async () => {
    for (let i = 0; i < 5; i++)
      for (let copies = 0; copies <= i; copies++)
        await list({ title: `Show ${i}`, startsAt: hours(10 - i).toISOString() });
    await aTicket({ title: 'Sold', status: 'sold' });

    const all: { title: string; available: number }[] = [];
    let next: string | undefined = '/api/tickets/events?limit=2';
    while (next) {
      const response: request.Response = await request(app).get(next).expect(200);
      all.push(...(response.body as typeof all));
      next = /<([^>]+)>; rel="next"/.exec(response.headers['link'] ?? '')?.[1];
    }

    expect(all.map(({ title, available }) => [title, available])).toEqual(
      [4, 3, 2, 1, 0].map((i) => [`Show ${i}`, i + 1]),
    );
  });

  it('lists an event once whose tickets start at other seconds and in other zones of the same time', async () => {
    const event = { title: 'Norma', startsAt: '2031-05-01T18:00:00Z', timeZone: 'Europe/Vienna' };
    await list(event);
    await list({ ...event, startsAt: '2031-05-01T18:00:31Z', timeZone: 'Europe/Berlin' });
    await list({ ...event, startsAt: '2031-05-01T20:00:00Z', timeZone: 'UTC' });
    await list({ ...event, title: 'Oberon' });

    const first = await request(app).get('/api/tickets/events?limit=1').expect(200);
    const second = await request(app)
      .get(/<([^>]+)>/.exec(first.headers['link']!)![1]!)
      .expect(200);

    const titles = [first, second].map(({ body }) => body[0]);
    expect(titles.map(({ title, available }) => [title, available]).sort()).toEqual([
      ['Norma', 3],
      ['Oberon', 1],
    ]);
    expect(second.headers['link']).not.toContain('next');
  });

  it('lists only events with tickets that match the filters of price and date', async () => {
    await list({ title: 'Cheap', price: 10, startsAt: '2031-05-01T18:00:00Z' });
    await list({ title: 'Dear', price: 90, startsAt: '2031-05-02T18:00:00Z' });

    for (const query of ['max=20', 'to=2031-05-01', 'min=&max=20&q='])
      expect((await request(app).get(`/api/tickets/events?${query}`)).body).toMatchObject([
        { title: 'Cheap', available: 1 },
      ]);
  });

  it('finds a city by another of its names', async () => {
    await list({ title: 'Fidelio', city: 'Wien' });

    for (const query of ['q=vienna', 'city=Vienna'])
      expect((await request(app).get(`/api/tickets/events?${query}`)).body).toMatchObject([
        { title: 'Fidelio' },
      ]);
  });
});

describe('rebuildSearchKeys', () => {
  it('stores the events of tickets from before they were stored', async () => {
    const { _id } = await aTicket({ title: `Carmen ${Date.now()}` });
    await tickets.updateOne({ _id }, { $set: { searchForm: 2 }, $unset: { eventId: '', priceKey: '' } });

    await rebuildSearchKeys(silentLog);

    const { body } = await request(app).get(`/api/tickets/${_id}`);
    expect((await show(body.eventId).expect(200)).body).toMatchObject({ available: 1 });
  });
});
