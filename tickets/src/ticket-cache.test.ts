import request from 'supertest';
import type { EventData, User } from '@ticketing/common';
import { aUser, sessionCookie } from '@ticketing/common/testing';
import { anOrder, aTicket, aTicketWithOrder, hours, someTickets, useService } from '../test/fixtures.ts';
import type { Ticket } from './models/ticket.ts';
import { tickets } from './models/ticket.ts';
import { ticketEvent } from './models/ticket-event.ts';

const { app, bus, cache } = useService();
/** The clock does not advance by itself: on a busy machine, the second that the cache lasts may pass between two requests. */
let clock: jest.SpyInstance<number>;
beforeEach(async () => {
  await tickets.deleteMany({});
  cache.invalidate();
  clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now());
});

async function titles(query = ''): Promise<string[]> {
  const { body } = await request(app).get(`/api/tickets${query}`).expect(200);
  return (body as { title: string }[]).map(({ title }) => title);
}

async function show(id: string, as?: User) {
  const call = request(app).get(`/api/tickets/${id}`);
  const { body } = await (as ? call.set('Cookie', sessionCookie(as)) : call).expect(200);
  return body as Record<string, unknown>;
}

/** Delivers the event of a ticket that another replica changed. */
const observe = (ticket: Ticket) =>
  bus.deliver('ticket:updated', ticketEvent(ticket).data as EventData<'ticket:updated'>);

describe('the cached first page', () => {
  it('is invalidated by ticket events and by writes of this process', async () => {
    const seller = aUser();
    await someTickets({ userId: seller.id }, {});
    const first = await tickets.findOne({ title: 'a' });
    expect(await titles()).toEqual(['b', 'a']);

    await tickets.updateOne({ title: 'b' }, { $set: { title: 'B' } });
    expect(await titles()).toEqual(['b', 'a']); // cached: no event was published
    await observe({ ...first!, version: 1 });
    expect(await titles()).toEqual(['B', 'a']);

    const as = sessionCookie(seller);
    await request(app).post('/api/tickets').set('Cookie', as).send({ title: 'new', price: 1 }).expect(201);
    expect(await titles()).toEqual(['new', 'B', 'a']);
    await bus.deliver('order:created', anOrder(first!));
    expect(await titles()).toEqual(['new', 'B']);
  });

  it('is cached for each limit, for a second at most', async () => {
    await someTickets({}, {});
    expect(await titles('?limit=1')).toEqual(['b']);
    expect(await titles()).toEqual(['b', 'a']);

    await tickets.deleteOne({ title: 'b' });

    clock.mockReturnValue(Date.now() + 999);
    expect(await titles('?limit=1')).toEqual(['b']);
    expect(await titles()).toEqual(['b', 'a']);
    clock.mockReturnValue(Date.now() + 1);
    expect(await titles('?limit=1')).toEqual(['a']);
    expect(await titles()).toEqual(['a']);
  });

  it('is the same for all viewers, headers included, but sellers see their own secrets', async () => {
    const seller = aUser();
    await someTickets({}, { userId: seller.id, secret: '4711' });
    const responseTo = async (as?: User) => {
      const call = request(app).get('/api/tickets?limit=1');
      const { headers, body } = await (as ? call.set('Cookie', sessionCookie(as)) : call).expect(200);
      const { date: _date, 'x-request-id': _id, 'content-length': _length, ...rest } = headers;
      return { headers: rest as Record<string, string>, body: body as { secret?: string }[] };
    };
    const first = await responseTo();
    expect(first.body[0]).not.toHaveProperty('secret');
    expect((await responseTo(seller)).body).toMatchObject([{ secret: '4711' }]);
    await tickets.deleteMany({});

    expect(first.headers).toMatchObject({
      link: expect.stringContaining('rel="next"'),
      'x-total-count': '2',
    });
    expect(await responseTo()).toEqual(first);
    expect(await responseTo(aUser())).toEqual(first);
    expect((await responseTo(seller)).body).toEqual([]);
  });
});

describe('the cached first page of events', () => {
  const events = async () =>
    ((await request(app).get('/api/tickets/events?limit=2').expect(200)).body as { title: string }[]).map(
      ({ title }) => title,
    );

  it('is the same until a ticket changes, links included, and counts no events', async () => {
    await someTickets({ startsAt: hours(5) }, { startsAt: hours(6) }, { startsAt: hours(7) });
    const first = await request(app).get('/api/tickets/events?limit=2').expect(200);
    await tickets.deleteOne({ title: 'a' });

    const cached = await request(app)
      .get('/api/tickets/events?limit=2')
      .set('Cookie', sessionCookie(aUser()));
    expect(cached.body).toEqual(first.body);
    expect(cached.headers.link).toBe(first.headers.link);
    expect(cached.headers.link).toContain('rel="next"');
    expect(cached.headers).not.toHaveProperty('x-total-count');

    await observe((await tickets.findOne({ title: 'b' }))!);
    expect(await events()).toEqual(['b', 'c']);
  });

  it('is not the one of a search, of filters or of another page', async () => {
    await someTickets({ startsAt: hours(5), city: 'Graz' }, { startsAt: hours(6) });
    expect(await events()).toEqual(['a', 'b']);
    const { body } = await request(app).get('/api/tickets/events?limit=2&city=Graz').expect(200);
    expect(body).toHaveLength(1);
  });
});

describe('the cached ticket', () => {
  it('is returned until a ticket event arrives, but never to the buyer', async () => {
    const { ticket, buyer } = await aTicketWithOrder('reserved');
    const responseTo = async (as?: User) => {
      const call = request(app).get(`/api/tickets/${ticket._id}`);
      const { headers, text } = await (as ? call.set('Cookie', sessionCookie(as)) : call).expect(200);
      const { date: _date, 'x-request-id': _id, ...rest } = headers as Record<string, string>;
      return { headers: rest, text };
    };
    const first = await responseTo();
    await tickets.updateOne({ _id: ticket._id }, { $set: { title: 'Other' } });

    expect(await responseTo()).toEqual(first);
    expect(await responseTo(aUser())).toEqual(first);
    expect(await show(ticket._id, buyer)).toMatchObject({ title: 'Other', orderId: ticket.orderId });

    await observe({ ...ticket, version: 2 });
    expect(await show(ticket._id)).toMatchObject({ title: 'Other' });
  });

  it('is invalidated by a write of this process', async () => {
    const seller = aUser();
    const ticket = await aTicket({ userId: seller.id, title: 'Before' });
    expect(await show(ticket._id)).toMatchObject({ title: 'Before' });

    await request(app)
      .put(`/api/tickets/${ticket._id}`)
      .set('Cookie', sessionCookie(seller))
      .send({ title: 'After', price: 10 })
      .expect(200);

    expect(await show(ticket._id)).toMatchObject({ title: 'After' });
  });
});

describe('the cached number of sales', () => {
  it('is counted once for the tickets of a seller, and again after a second', async () => {
    const seller = aUser();
    const of = { userId: seller.id };
    const shown = [await aTicket(of), await aTicket(of), await aTicket(of)];
    const soldIn = async (index: number) =>
      ((await show(shown[index]!._id)) as { seller: { sold: number } }).seller.sold;
    expect(await soldIn(0)).toBe(0);
    await aTicketWithOrder('sold', of);
    expect(await soldIn(1)).toBe(0);

    clock.mockReturnValue(Date.now() + 1000);

    expect(await soldIn(2)).toBe(1);
    expect(await soldIn(0)).toBe(1);
  });

  it('is counted again after a count that failed', async () => {
    const id = aUser().id;
    await expect(cache.getSold(id, () => Promise.reject(new Error('no store')))).rejects.toThrow('no store');

    expect(await cache.getSold(id, () => Promise.resolve(3))).toBe(3);
  });
});

it('a request for the headers of a cached ticket gets those of its response, without the database', async () => {
  const { _id } = await aTicket();
  const path = `/api/tickets/${_id}`;
  const { headers: shown } = await request(app).get(path).expect(200);
  await tickets.deleteOne({ _id });

  const { headers, text } = await request(app).head(path).expect(200);

  expect(text ?? '').toBe('');
  for (const name of ['content-type', 'content-length', 'cache-control', 'x-content-type-options'])
    expect([name, headers[name]]).toEqual([name, shown[name]]);
});
