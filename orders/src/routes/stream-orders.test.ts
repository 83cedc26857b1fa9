import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { aUser, eventually, sessionCookie } from '@ticketing/common/testing';
import request from 'supertest';
import { anOrder, paymentData } from '../../test/fixtures.ts';
import { useService } from '../../test/setup.ts';
import { currentOrderEvent, findOrder } from '../models/order.ts';
import type { Order } from '../models/order.ts';

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
  const asked = get({ host: '127.0.0.1', port, path: '/api/orders/stream', headers });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  open.push(response);
  const heard = { status: response.statusCode, headers: response.headers, text: '' };
  response.on('data', (chunk: Buffer) => (heard.text += chunk.toString()));
  response.on('error', () => undefined);
  return heard;
}

async function tell(order: Order) {
  const { name, data } = currentOrderEvent(order);
  await events.deliver(name, data);
}

describe('GET /api/orders/stream', () => {
  it('tells buyers of their own orders as GET would show them', async () => {
    const buyer = aUser();
    const heard = await stream(buyer);
    const order = await anOrder({ userId: buyer.id, ticketConfirmed: true });
    const other = aUser();
    const heardByOther = await stream(other);
    await eventually(() => heard.text.includes('event: refetch'));

    await tell(await anOrder({ userId: other.id }));
    await eventually(() => heardByOther.text.includes('event: order'));
    await events.deliver('payment:authorized', paymentData(order));
    await tell((await findOrder(order._id)) as Order);

    await eventually(() => heard.text.includes('event: order'));
    expect(heard.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    const sent = heard.text.split('\n\n').filter((event) => event.includes('event: order'));
    expect(sent).toHaveLength(1);
    expect(sent[0]).toContain(`id: ${order._id}:1\n`);
    const { body } = await request(app).get(`/api/orders/${order._id}`).set('Cookie', sessionCookie(buyer));
    expect(JSON.parse(/data: (.*)/.exec(sent[0] ?? '')?.[1] ?? '')).toEqual({
      ...body,
      serverNow: expect.any(String),
    });
  });

  it('ends with the last state when many changes come at once', async () => {
    const buyer = aUser();
    const heard = await stream(buyer);
    const order = await anOrder({ userId: buyer.id, ticketConfirmed: true });

    await Promise.all(Array.from({ length: 20 }, () => tell(order)));
    await events.deliver('payment:authorized', paymentData(order));
    await tell((await findOrder(order._id)) as Order);

    await eventually(() => heard.text.includes(`id: ${order._id}:1\n`));
    const versions = [...heard.text.matchAll(/id: \w+:(\d)/g)].map(([, version]) => Number(version));
    expect(versions).toEqual([...versions].sort());
  });

  it('is open five times a buyer', async () => {
    const buyer = aUser();
    for (let nth = 0; nth < 5; nth++) expect((await stream(buyer)).status).toBe(200);

    const sixth = await stream(buyer);

    expect(sixth).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect((await stream(aUser())).status).toBe(200);
    open.shift()?.destroy();
    await eventually(async () => (await stream(buyer)).status === 200);
  });

  it('asks strangers to sign in', async () => {
    await request(app).get('/api/orders/stream').expect(401);
  });
});
