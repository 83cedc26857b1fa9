import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { Mongoose } from 'mongoose';
import { silentLog } from '../testing.ts';
import { connectMongo, isStoreUnavailable, newId } from './mongo.ts';

/** A proxy to the test database that closes one connection, the first on which `word` is sent. */
async function proxyLosing(word: string) {
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

describe('connectMongo', () => {
  it('connects although the connection is lost during the compare-and-set check', async () => {
    const proxy = await proxyLosing('probes');
    const db = new Mongoose();

    try {
      await connectMongo(db, `mongodb://127.0.0.1:${proxy.port}/test-${newId()}`, silentLog);

      expect(proxy.losses()).toBe(1);
      expect(db.connection.readyState).toBe(1);
      await db.connection.dropDatabase();
    } finally {
      await db.disconnect();
      proxy.close();
    }
  });

  it('creates all indexes of all models, whose collections need not exist', async () => {
    const db = new Mongoose();
    const events = new db.Schema({ at: Date, place: String }, { autoIndex: false });
    events.index({ at: 1 }, { name: 'expiry', expireAfterSeconds: 60 }).index({ place: 1 }, { unique: true });
    const model = db.model('Event', events);
    db.model('Note', new db.Schema({ text: String }, { autoIndex: false }));

    try {
      const uri = `${(process.env['TEST_MONGO_URI'] ?? '').replace(/\/$/, '')}/test-${newId()}`;
      await connectMongo(db, uri, silentLog);

      expect(await model.collection.indexes()).toEqual([
        expect.objectContaining({ key: { _id: 1 } }),
        expect.objectContaining({ key: { at: 1 }, name: 'expiry', expireAfterSeconds: 60 }),
        expect.objectContaining({ key: { place: 1 }, unique: true }),
      ]);
    } finally {
      await db.connection.dropDatabase();
      await db.disconnect();
    }
  });
});

/** Returns what `work` resolves to, and the sockets that it opened. */
async function withSockets<T>(work: () => Promise<T>): Promise<{ result: T; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const add = (message: unknown) => sockets.push((message as { socket: Socket }).socket);
  subscribe('net.client.socket', add);
  try {
    return { result: await work(), sockets };
  } finally {
    unsubscribe('net.client.socket', add);
  }
}

describe('the driver', () => {
  it('settles a command that it sends on a connection that was just lost', async () => {
    const db = new Mongoose();
    const uri = `${(process.env['TEST_MONGO_URI'] ?? '').replace(/\/$/, '')}/test-${newId()}`;
    const { sockets } = await withSockets(() => connectMongo(db, uri, silentLog));
    const documents = db.connection.collection('documents');

    try {
      // A destroyed socket emits `close` only in the next turn of the event loop: until then, the driver uses it.
      for (const socket of sockets) socket.destroy();
      await expect(documents.insertOne({ name: 'lost' })).rejects.toThrow(/closed/);

      await expect(documents.findOne({ name: 'lost' })).resolves.toBeNull();
    } finally {
      await db.connection.dropDatabase();
      await db.disconnect();
    }
  });
});

describe('isStoreUnavailable', () => {
  it.each(['MongoNetworkTimeoutError', 'MongoPoolClearedError', 'PoolClearedOnNetworkError'])(
    'is true for %s',
    (name) => {
      expect(isStoreUnavailable(Object.assign(new Error('connection timed out'), { name }))).toBe(true);
    },
  );

  it('is true for a socket that the other end has closed', () => {
    const error = Object.assign(new Error('This socket has been ended by the other party'), {
      code: 'EPIPE',
    });
    expect(isStoreUnavailable(error)).toBe(true);
  });

  it('is false for an invalid operation', () => {
    expect(
      isStoreUnavailable(Object.assign(new Error('bad operator'), { name: 'MongoServerError', code: 2 })),
    ).toBe(false);
  });
});
