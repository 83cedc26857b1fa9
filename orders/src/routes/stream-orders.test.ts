import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { aUser, eventually, sessionCookie } from '@ticketing/common/testing';
import { anOrder, paymentData } from '../../test/fixtures.ts';
import { useService } from '../../test/setup.ts';
import type { Order } from '../models/order.ts';
import { currentOrderEvent, findOrder } from '../models/order.ts';

const { app, events } = useService();
let server: Server;
const open: IncomingMessage[] = [];

beforeAll(async () => {
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  for (const response of open.splice(0)) response.destroy();
});
afterAll(() => {
  server.close();
});

async function stream(user: ReturnType<typeof aUser>) {
  const { port } = server.address() as AddressInfo;
  const headers = { Cookie: sessionCookie(user) };
  const outgoing = get({ host: '127.0.0.1', port, path: '/api/orders/stream', headers });
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  open.push(response);
  const received = { status: response.statusCode, headers: response.headers, text: '' };
  response.on('data', (chunk: Buffer) => (received.text += chunk.toString()));
  response.on('error', () => undefined);
  return received;
}

async function publishUpdate(order: Order) {
  const { name, data } = currentOrderEvent(order);
  await events.deliver(name, data);
}

describe('GET /api/orders/stream', () => {
  it("sends a buyer's own orders in the shape of GET /api/orders/:id", async () => {
    const buyer = aUser();
    const received = await stream(buyer);
    const order = await anOrder({ userId: buyer.id, ticketConfirmed: true });
    const other = aUser();
    const receivedByOther = await stream(other);
    await eventually(() => received.text.includes('event: refetch'));

    await publishUpdate(await anOrder({ userId: other.id }));
    await eventually(() => receivedByOther.text.includes('event: order'));
    await events.deliver('payment:authorized', paymentData(order));
    await publishUpdate((await findOrder(order._id)) as Order);

    await eventually(() => received.text.includes('event: order'));
    expect(received.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    const sent = received.text.split('\n\n').filter((event) => event.includes('event: order'));
    expect(sent).toHaveLength(1);
    expect(sent[0]).toContain(`id: ${order._id}:1\n`);
    const { body } = await request(app).get(`/api/orders/${order._id}`).set('Cookie', sessionCookie(buyer));
    expect(JSON.parse(/data: (.*)/.exec(sent[0] ?? '')?.[1] ?? '')).toEqual({
      ...body,
      serverNow: expect.any(String),
    });
  });

  it('sends the last state when an order changes many times at once', async () => {
    const buyer = aUser();
    const received = await stream(buyer);
    const order = await anOrder({ userId: buyer.id, ticketConfirmed: true });

    await Promise.all(Array.from({ length: 20 }, () => publishUpdate(order)));
    await events.deliver('payment:authorized', paymentData(order));
    await publishUpdate((await findOrder(order._id)) as Order);

    await eventually(() => received.text.includes(`id: ${order._id}:1\n`));
    const versions = [...received.text.matchAll(/id: \w+:(\d)/g)].map(([, version]) => Number(version));
    expect(versions).toEqual([...versions].sort());
  });

  it('allows five streams a buyer', async () => {
    const buyer = aUser();
    for (let nth = 0; nth < 5; nth++) expect((await stream(buyer)).status).toBe(200);

    const sixth = await stream(buyer);

    expect(sixth).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect((await stream(aUser())).status).toBe(200);
    open.shift()?.destroy();
    await eventually(async () => (await stream(buyer)).status === 200);
  });

  it('returns 401 without a session', async () => {
    await request(app).get('/api/orders/stream').expect(401);
  });
});
