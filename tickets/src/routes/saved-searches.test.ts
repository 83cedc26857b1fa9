import { mongo } from 'mongoose';
import request from 'supertest';
import type { User } from '@ticketing/common';
import { newId } from '@ticketing/common';
import { aUser, sessionCookie } from '@ticketing/common/testing';
import { aTicket, hours, useService } from '../../test/fixtures.ts';
import { tickets } from '../models/ticket.ts';

const { app, bus, service } = useService();
beforeEach(() => tickets.deleteMany({}));

const PATH = '/api/tickets/saved/searches';
const as = (user: User) => ({ Cookie: sessionCookie(user) });
const save = (user: User, query: object) => request(app).post(PATH).set(as(user)).send(query);
const remove = (user: User, id: string) => request(app).delete(`${PATH}/${id}`).set(as(user));
const look = (user: User, id: string) => request(app).put(`${PATH}/${id}/seen`).set(as(user));

type Saved = { id: string; query: object; newTickets: number };

async function list(user: User): Promise<Saved[]> {
  return (await request(app).get(PATH).set(as(user)).expect(200)).body as Saved[];
}
const numbersOf = async (user: User) => (await list(user)).map(({ newTickets }) => newTickets);

const everything = {
  q: 'Mahler',
  city: 'Wien',
  category: 'classical',
  from: '2031-05-01',
  to: '2031-05-31T22:00:00.000Z',
  min: '10',
  max: '99.5',
  currency: 'eur',
  status: 'all',
  sort: 'price',
};

describe('POST /api/tickets/saved/searches', () => {
  it('saves the parameters of a search, which the list returns as they were sent, the latest first', async () => {
    const user = aUser();
    const { body } = await save(user, everything).expect(201);
    await save(user, { city: ' Graz ', q: '', status: 'reserved,sold' }).expect(201);

    expect(body).toEqual({
      id: expect.any(String),
      query: everything,
      createdAt: expect.any(String),
      seenAt: body.createdAt,
      newTickets: 0,
    });
    expect((await list(user)).map(({ query }) => query)).toEqual([
      { city: 'Graz', status: 'reserved,sold' },
      everything,
    ]);
  });

  it('stores a search for the same tickets once, also when it is saved in two tabs at once', async () => {
    const user = aUser();
    const [first, second] = await Promise.all([
      save(user, { q: 'jazz', city: 'Wien' }),
      save(user, { q: 'Jazz', city: 'Vienna', sort: 'price' }),
    ]);

    expect([first.status, second.status].sort()).toEqual([200, 201]);
    expect(second.body.id).toBe(first.body.id);
    expect(await list(user)).toHaveLength(1);
    await save(user, { q: 'jazz', city: 'Graz' }).expect(201);
  });

  it('returns 409 saved_search_limit beyond 20, however many come at once, until one is deleted', async () => {
    const user = aUser();
    const answers = await Promise.all(
      Array.from({ length: 25 }, (_, count) => save(user, { q: `band ${count}` })),
    );

    const refused = answers.filter(({ status }) => status === 409);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    expect(refused).toHaveLength(5);
    expect(refused[0]!.body.errors).toEqual([
      { message: expect.stringContaining('20 searches'), code: 'saved_search_limit' },
    ]);
    const [latest] = await list(user);
    await save(user, latest!.query).expect(200);
    await remove(user, latest!.id).expect(204);
    await save(user, { q: 'one more' }).expect(201);
    await save(aUser(), { q: 'of another' }).expect(201);
  });

  it.each([
    [{}, undefined],
    [{ q: '  ', sort: 'price' }, undefined],
    [{ q: { $ne: '' } }, 'q'],
    [{ q: null }, 'q'],
    [{ min: 20 }, 'min'],
    [{ max: 'cheap' }, 'max'],
    [{ from: 'tomorrow' }, 'from'],
    [{ category: 'knitting' }, 'category'],
    [{ status: 'withdrawn' }, 'status'],
    [{ q: 'x', mine: '1' }, 'mine'],
    [{ q: 'x', limit: '5' }, 'limit'],
  ])('returns 400 for what is not a search: %j', async (query, field) => {
    const user = aUser();

    const { body } = await save(user, query).expect(400);

    expect(body.errors[0].field).toBe(field);
    expect(await list(user)).toEqual([]);
  });
});

describe('GET /api/tickets/saved/searches', () => {
  it('counts the tickets that a search finds and that were listed since the user last looked', async () => {
    const user = aUser();
    await aTicket({ title: 'Mahler before', city: 'Wien' });
    const { body: mahler } = await save(user, { q: 'mahl', city: 'Vienna' });
    await save(user, { max: '50', currency: 'eur' });
    await aTicket({ title: 'Mahler', city: 'Wien', currency: 'eur', amount: 4000 });
    await aTicket({ title: 'Mahler sold', city: 'Wien', status: 'sold' });
    await aTicket({ title: 'Mahler, over', city: 'Wien', startsAt: hours(-1) });
    await aTicket({ title: 'Mahler', city: 'Graz', currency: 'eur', amount: 6000 });
    expect(await numbersOf(user)).toEqual([1, 1]);

    await look(user, mahler.id).expect(204);

    expect(await numbersOf(user)).toEqual([1, 0]);
    await aTicket({ title: 'Mahler again', city: 'Wien' });
    expect(await numbersOf(user)).toEqual([1, 1]);
  });

  it('finds the inside of words, as the list of tickets does', async () => {
    const user = aUser();
    service.words.vocabulary.add(['nachtmusik']);
    await save(user, { q: 'musik' });
    await aTicket({ title: 'Eine kleine Nachtmusik' });

    expect(await numbersOf(user)).toEqual([1]);
  });

  it('counts up to 100', async () => {
    const user = aUser();
    await save(user, { city: 'Graz' });
    await Promise.all(Array.from({ length: 101 }, () => aTicket({ city: 'Graz' })));

    expect(await numbersOf(user)).toEqual([100]);
  });

  it('leaves out a number that takes too long to count', async () => {
    const user = aUser();
    await save(user, { q: 'mahler' });
    const slow = new mongo.MongoServerError({ code: 50, errmsg: 'operation exceeded time limit' });
    const count = jest.spyOn(tickets, 'countDocuments').mockRejectedValueOnce(slow);

    expect(await list(user)).toEqual([expect.not.objectContaining({ newTickets: expect.anything() })]);

    expect(count.mock.lastCall?.[1]).toMatchObject({ maxTimeMS: 1000 });
    count.mockRestore();
  });

  it('shows and changes only the searches of the user', async () => {
    const [user, other] = [aUser(), aUser()];
    const { body } = await save(user, { q: 'mahler' });
    await aTicket({ title: 'Mahler' });

    expect(await list(other)).toEqual([]);
    await remove(other, body.id).expect(404);
    await look(other, body.id).expect(404);
    await request(app).get(PATH).expect(401);

    expect(await numbersOf(user)).toEqual([1]);
  });

  it('keeps the searches of a suspended account, whose suspension may be lifted', async () => {
    const user = aUser();
    await save(user, { q: 'mahler' });

    await bus.deliver('user:updated', { id: user.id, version: 1, sellingSuspended: true, suspended: true });

    expect(await list(user)).toHaveLength(1);
  });
});

describe('DELETE /api/tickets/saved/searches/:id', () => {
  it('deletes one, and returns 404 for one that is not there', async () => {
    const user = aUser();
    const { body } = await save(user, { q: 'mahler' });
    await save(user, { q: 'bruckner' });

    await remove(user, body.id).expect(204);

    expect((await list(user)).map(({ query }) => query)).toEqual([{ q: 'bruckner' }]);
    for (const id of [body.id as string, newId(), 'x', 'seen']) await remove(user, id).expect(404);
    await request(app).delete(`${PATH}/${body.id}`).expect(401);
  });
});
