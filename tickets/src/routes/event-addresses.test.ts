import request from 'supertest';
import { aTicket, hours, useService } from '../../test/fixtures.ts';
import { listParts } from '../models/event-parts.ts';
import { listedEvents, storeEvent } from '../models/listed-event.ts';
import { tickets } from '../models/ticket.ts';

const { app } = useService();
beforeEach(async () => {
  await tickets.deleteMany({});
  await listedEvents.deleteMany({});
});

async function anEvent(title: string, startsAt?: Date) {
  const ticket = await aTicket({ title, startsAt });
  await storeEvent(ticket);
  return (await listedEvents.findOne({ _id: ticket.eventId }))!;
}

describe('GET /api/tickets/events/addresses', () => {
  it('lists the addresses of events that are not over, and not those of duplicates', async () => {
    const run = Date.now();
    const event = await anEvent(`Aida ${run}`, hours(5));
    const undated = await anEvent(`Open house ${run}`);
    await anEvent(`Long ago ${run}`, hours(-50));
    const duplicate = await anEvent(`Aida again ${run}`, hours(5));
    await listedEvents.updateOne({ _id: duplicate._id }, { $set: { mergedInto: event._id } });

    expect((await request(app).get('/api/tickets/events/parts').expect(200)).body).toEqual(['all']);
    const { body } = await request(app).get('/api/tickets/events/addresses?part=all').expect(200);

    expect(body.toSorted()).toEqual([event.slug, undated.slug].toSorted());
  });

  it('lists only events whose ids begin like the part', async () => {
    const event = await anEvent(`Tosca ${Date.now()}`, hours(5));
    const first = event._id[0]!;
    const other = first === '0' ? '1' : '0';
    const slugs = async (part: string) =>
      (await request(app).get(`/api/tickets/events/addresses?part=${part}`)).body;
    expect([await slugs(first), await slugs(other)]).toEqual([[event.slug], []]);
  });

  it('returns 400 for what is no part', async () => {
    await request(app).get('/api/tickets/events/addresses?part=x').expect(400);
  });
});

it('listParts splits the events so that no part is larger than aimed', async () => {
  const run = Date.now();
  for (let i = 0; i < 3; i++) await anEvent(`Part ${i} ${run}`);
  expect(await listParts(3)).toEqual(['']);
  expect(await listParts(2)).toHaveLength(16);
});
