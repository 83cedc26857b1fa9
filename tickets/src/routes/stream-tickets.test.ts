import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { newId } from '@ticketing/common';
import { aUser, eventually, sessionCookie } from '@ticketing/common/testing';
import { aHeldTicket, aTicket, useService } from '../../test/fixtures.ts';
import { ticketEvent } from '../models/ticket-event.ts';
import type { Ticket } from '../models/ticket.ts';

const { app, bus } = useService();
const server = createServer(app);
beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'));
afterAll(() => void server.close());

/** Reads a stream as a browser does. */
async function follow(query = '', cookie?: string) {
  const { port } = server.address() as AddressInfo;
  const asked = get({
    host: '127.0.0.1',
    port,
    path: `/api/tickets/stream${query}`,
    headers: cookie ? { cookie } : {},
  });
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const seen = { text: '', headers: answer.headers, end: () => asked.destroy() };
  answer.setEncoding('utf8').on('data', (chunk: string) => (seen.text += chunk));
  asked.on('error', () => undefined);
  await eventually(() => seen.text.includes('event: refetch'));
  return seen;
}

/** Another replica changed this ticket. */
const observed = (ticket: Ticket) => {
  const { name, data } = ticketEvent(ticket);
  return bus.deliver(name as 'ticket:updated', data as never);
};

describe('GET /api/tickets/stream', () => {
  it('first tells the reader to read again, then every change, whichever replica made it', async () => {
    const stream = await follow();
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    expect(stream.text).toMatch(/^retry: 2000\nevent: refetch\n/);

    const ticket = await aTicket({ notes: 'two together' });
    await observed(ticket);

    await eventually(() => stream.text.includes(ticket._id));
    const shown = await request(app).get(`/api/tickets/${ticket._id}`);
    expect(stream.text).toContain(
      `id: ${ticket._id}:0\nevent: ticket\ndata: ${JSON.stringify(shown.body)}\n\n`,
    );
    stream.end();
  });

  it('tells of some tickets only when asked so', async () => {
    const wanted = await aTicket();
    const other = await aTicket();
    const stream = await follow(`?id=${wanted._id},${newId()}`);

    await observed(other);
    await observed(wanted);

    await eventually(() => stream.text.includes(wanted._id));
    expect(stream.text).not.toContain(other._id);
    stream.end();
  });

  it('shows each reader what that reader may see', async () => {
    const { ticket, buyer } = await aHeldTicket('sold', { secret: '4711' });
    const [stranger, mine] = await Promise.all([follow(), follow('', sessionCookie(buyer))]);

    await observed(ticket);

    await eventually(() => stranger.text.includes(ticket._id) && mine.text.includes(ticket._id));
    expect(mine.text).toContain('4711');
    expect(stranger.text).not.toContain('4711');
    expect(stranger.text).not.toContain(ticket.orderId!);
    stranger.end();
    mine.end();
  });

  it('is read by many at once', async () => {
    const readers = await Promise.all(Array.from({ length: 20 }, () => follow('', sessionCookie(aUser()))));
    const ticket = await aTicket();

    await observed(ticket);

    for (const reader of readers) {
      await eventually(() => reader.text.includes(ticket._id));
      reader.end();
    }
  });

  it.each(['?id=x', '?id=a&id=b', `?id=${Array.from({ length: 101 }, newId).join(',')}`])(
    'refuses a list that is none: %#',
    async (query) => {
      const { body } = await request(app).get(`/api/tickets/stream${query}`).expect(400);

      expect(body.errors).toMatchObject([{ field: 'id' }]);
    },
  );
});
