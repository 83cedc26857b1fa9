import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Mongoose } from 'mongoose';
import { connectMongo, isStoreUnavailable, newId } from './mongo.ts';
import { silentLog } from '../testing.ts';

/** A way to the test database that is lost, once, as soon as `word` is sent on it. */
async function wayLostAt(word: string) {
  const target = new URL(process.env['TEST_MONGO_URI'] ?? '');
  let losses = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    client.on('data', (chunk) => {
      if (losses > 0 || !chunk.includes(word)) return upstream.write(chunk);
      losses += 1;
      return client.destroy();
    });
    upstream.pipe(client);
    client.on('close', () => upstream.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, losses: () => losses, close: () => server.close() };
}

describe('connecting to the database', () => {
  it('goes on until it stands, though the connection is lost while its compare-and-set is tried', async () => {
    const way = await wayLostAt('probes');
    const db = new Mongoose();

    try {
      await connectMongo(db, `mongodb://127.0.0.1:${way.port}/test-${newId()}`, silentLog);

      expect(way.losses()).toBe(1);
      expect(db.connection.readyState).toBe(1);
      await db.connection.dropDatabase();
    } finally {
      await db.disconnect();
      way.close();
    }
  });
});

describe('an error of the driver', () => {
  it.each(['MongoNetworkTimeoutError', 'MongoPoolClearedError', 'PoolClearedOnNetworkError'])(
    'called %s says that the database is away',
    (name) => {
      expect(isStoreUnavailable(Object.assign(new Error('connection timed out'), { name }))).toBe(true);
    },
  );

  it('of a socket that the other end has closed says so too', () => {
    const error = Object.assign(new Error('This socket has been ended by the other party'), {
      code: 'EPIPE',
    });
    expect(isStoreUnavailable(error)).toBe(true);
  });

  it('about the request says that the request is wrong', () => {
    expect(
      isStoreUnavailable(Object.assign(new Error('bad operator'), { name: 'MongoServerError', code: 2 })),
    ).toBe(false);
  });
});
