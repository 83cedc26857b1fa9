import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId } from '@ticketing/common';
import { eventually } from '@ticketing/common/testing';
import { aRegisteredUser, password, request, useService } from '../test/service.ts';
import { HashQueues } from './hash-queues.ts';
import { User } from './models/user.ts';

const queues = new HashQueues({ concurrency: 1, limit: 20 });
const service = useService({ queues, trustProxy: 1 });

function post(path: string, body: object, address = '192.0.2.1') {
  return request(service.app).post(`/api/users/${path}`).set('X-Forwarded-For', address).send(body);
}

/** Takes the only slot until `release` is called. */
function block() {
  let release = (): void => undefined;
  const slot = new Promise<void>((resolve) => {
    release = resolve;
  });
  const blocked = queues.run('sign-up', { address: '192.0.2.9', isAnswered: () => false }, () => slot);
  return { blocked, release };
}

const signUp = (address?: string) => post('signup', { email: `${newId()}@example.com`, password }, address);

describe('a flood of 200 simultaneous sign-ups', () => {
  it('leaves sign-in and the sign-up of another network working', async () => {
    const { email } = await aRegisteredUser();
    const { release } = block();
    const flood = Array.from({ length: 200 }, () =>
      signUp().then(({ status, body, headers }) => ({ status, body, headers })),
    );
    await eventually(() => queues.waiting === 20);

    const others = Array.from({ length: 5 }, () => post('signin', { email, password }).then());
    const visiting = signUp('192.0.2.2').then();
    release();
    const [visitor, ...signIns] = await Promise.all([visiting, ...others]);

    expect(signIns.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(visitor.status).toBe(201);
    const responses = await Promise.all(flood);
    const refused = responses.filter(({ status }) => status === 503);
    expect(responses.filter(({ status }) => status === 201)).toHaveLength(200 - refused.length);
    expect(refused[0]?.headers['retry-after']).toBe('1');
    expect(refused[0]?.body.errors[0].code).toBe('overloaded');
  });
});

describe('a sign-up whose client is gone', () => {
  it('creates no account when it was still in the queue', async () => {
    const server = createServer(service.app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { blocked, release } = block();
    const email = `${newId()}@example.com`;
    const client = httpRequest({
      port: (server.address() as AddressInfo).port,
      method: 'POST',
      path: '/api/users/signup',
      headers: { 'content-type': 'application/json' },
    });
    client.on('error', () => undefined).end(JSON.stringify({ email, password }));
    await eventually(() => queues.waiting === 1);

    client.destroy();
    const connections = () =>
      new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
    await eventually(async () => (await connections()) === 0);
    release();
    await blocked;
    await signUp().expect(201);

    expect(await User.findOne({ email })).toBeNull();
    server.close();
  });
});
