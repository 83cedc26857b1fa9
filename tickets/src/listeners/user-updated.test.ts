import request from 'supertest';
import { newId } from '@ticketing/common';
import { aUser, eventually, inMemoryEventBus, sessionCookie } from '@ticketing/common/testing';
import { aTicket, useService } from '../../test/fixtures.ts';
import { db } from '../db.ts';
import { listedEvents } from '../models/listed-event.ts';
import { observeSuspensions } from '../models/seller.ts';

const { app, bus } = useService();

const seller = aUser();
const list = (key: string, as = seller, title = `Hamlet ${key}`) =>
  request(app)
    .post('/api/tickets')
    .set('Cookie', sessionCookie(as))
    .set('Idempotency-Key', key)
    .send({ title, price: 20 });
const update = (version: number, sellingSuspended: boolean) =>
  bus.deliver('user:updated', { id: seller.id, version, sellingSuspended });

describe('POST /api/tickets', () => {
  it('sends one command to the database, which inserts the ticket', async () => {
    const { body } = await list('the-same').expect(201);
    await eventually(async () => (await listedEvents.countDocuments({ _id: body.eventId })) === 1);
    const commands: string[] = [];
    db.set('debug', (collection: string, method: string, query: object) => {
      // The sweep of the outbox and the look for resyncs read once a second, whatever is listed.
      if (!('outbox.t' in query) && collection !== 'resyncs') commands.push(`${collection}.${method}`);
    });

    await list('one-command', aUser(), 'Hamlet the-same').expect(201);

    db.set('debug', false);
    // The first inserts the ticket; a second may already remove its published event.
    expect(commands[0]).toBe('tickets.bulkWrite');
    expect(commands.filter((command) => command !== 'tickets.bulkWrite')).toEqual([]);
  });

  it('inserts the ticket of a new event first: its event is stored afterwards', async () => {
    const commands: string[] = [];
    db.set('debug', (collection: string, method: string) => commands.push(`${collection}.${method}`));

    const { body } = await list('new-event').expect(201);
    await eventually(async () => (await listedEvents.countDocuments({ _id: body.eventId })) === 1);

    db.set('debug', false);
    const writes = commands.filter((command) => command.endsWith('.bulkWrite'));
    expect([...new Set(writes)]).toEqual(['tickets.bulkWrite', 'events.bulkWrite']);
  });
});

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

  it('suspends the seller at each replica, also at one that starts later', async () => {
    const other = aUser();
    const replicaBus = inMemoryEventBus();
    const replica = observeSuspensions(replicaBus);
    const event = { id: other.id, version: 2, sellingSuspended: true };
    await replicaBus.deliver('user:updated', event);
    expect(replica.isSuspended(other.id)).toBe(true);
    await bus.deliver('user:updated', event);

    const later = observeSuspensions(inMemoryEventBus());
    await later.loaded;

    expect([later.isSuspended(other.id), later.isSuspended(newId())]).toEqual([true, false]);
  });

  it('lifts the suspension also when an older state is read from the database afterwards', async () => {
    const other = aUser();
    await bus.deliver('user:updated', { id: other.id, version: 5, sellingSuspended: true });
    const replicaBus = inMemoryEventBus();
    const replica = observeSuspensions(replicaBus);
    void replicaBus.deliver('user:updated', { id: other.id, version: 6, sellingSuspended: false });

    await replica.loaded;

    expect(replica.isSuspended(other.id)).toBe(false);
  });
});
