import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import type { EventData } from '@ticketing/common';
import { newId } from '@ticketing/common';
import { aUser, eventually, sessionCookie } from '@ticketing/common/testing';
import { aTicket, aTicketWithOrder, useService } from '../../test/fixtures.ts';
import type { Ticket } from '../models/ticket.ts';
import { ticketEvent } from '../models/ticket-event.ts';

const { app, bus } = useService();
const server = createServer(app);
beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'));
afterAll(() => void server.close());

/** Opens a stream and collects what it sends. */
async function follow(query = '', cookie?: string) {
  const { port } = server.address() as AddressInfo;
  const call = get({
    host: '127.0.0.1',
    port,
    path: `/api/tickets/stream${query}`,
    headers: cookie ? { cookie } : {},
  });
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  const received = { text: '', headers: response.headers, end: () => call.destroy() };
  response.setEncoding('utf8').on('data', (chunk: string) => (received.text += chunk));
  call.on('error', () => undefined);
  await eventually(() => received.text.includes('event: refetch'));
  return received;
}

/** Delivers the event of a ticket that another replica changed. */
const observe = (ticket: Ticket) => {
  const { name, data } = ticketEvent(ticket);
  return bus.deliver(name as 'ticket:updated', data as EventData<'ticket:updated'>);
};

describe('GET /api/tickets/stream', () => {
  it('sends refetch first, then every change of any replica', async () => {
    const stream = await follow();
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    expect(stream.text).toMatch(/^retry: 2000\nevent: refetch\n/);

    const ticket = await aTicket({ notes: 'two together' });
    await observe(ticket);

    await eventually(() => stream.text.includes(ticket._id));
    // As on its page, but without what the page says about its seller.
    const { seller: _seller, ...shown } = (await request(app).get(`/api/tickets/${ticket._id}`)).body;
    expect(stream.text).toContain(`id: ${ticket._id}:0\nevent: ticket\ndata: ${JSON.stringify(shown)}\n\n`);
    stream.end();
  });

  it('sends only the tickets in ?id', async () => {
    const wanted = await aTicket();
    const other = await aTicket();
    const stream = await follow(`?id=${wanted._id},${newId()}`);

    await observe(other);
    await observe(wanted);

    await eventually(() => stream.text.includes(wanted._id));
    expect(stream.text).not.toContain(other._id);
    stream.end();
  });

  it('sends secret and orderId to the buyer only', async () => {
    const { ticket, buyer } = await aTicketWithOrder('sold', { secret: '4711' });
    const [other, mine] = await Promise.all([follow(), follow('', sessionCookie(buyer))]);

    await observe(ticket);

    await eventually(() => other.text.includes(ticket._id) && mine.text.includes(ticket._id));
    expect(mine.text).toContain('4711');
    expect(other.text).not.toContain('4711');
    expect(other.text).not.toContain(ticket.orderId!);
    other.end();
    mine.end();
  });

  it('sends a change to 20 readers', async () => {
    const readers = await Promise.all(Array.from({ length: 20 }, () => follow('', sessionCookie(aUser()))));
    const ticket = await aTicket();

    await observe(ticket);

    for (const reader of readers) {
      await eventually(() => reader.text.includes(ticket._id));
      reader.end();
    }
  });

  it.each(['?id=x', '?id=a&id=b', `?id=${Array.from({ length: 101 }, newId).join(',')}`])(
    'returns 400 for a malformed or too long list of ids: %#',
    async (query) => {
      const { body } = await request(app).get(`/api/tickets/stream${query}`).expect(400);

      expect(body.errors).toMatchObject([{ field: 'id' }]);
    },
  );
});
