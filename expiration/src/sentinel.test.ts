import { newId } from '@ticketing/common';
import { eventually, silentLog } from '@ticketing/common/testing';
import { closeAll, connect, ownRedis } from '../test/world.ts';
import { watchSentinel } from './sentinel.ts';
import type { Sentinel } from './sentinel.ts';

let sentinel: Sentinel | undefined;

afterEach(async () => {
  sentinel?.close();
  await closeAll();
});

describe('the sentinel', () => {
  it('has everything asked for once when Redis is new', async () => {
    const [redis, key] = [connect(), `sentinel-${newId()}`];
    let asked = 0;
    const afterLoss = () => Promise.resolve(void asked++);
    sentinel = watchSentinel({ redis, key, log: silentLog, afterLoss });
    await sentinel.seen;
    sentinel.close();

    sentinel = watchSentinel({ redis, key, log: silentLog, afterLoss });
    await sentinel.seen;

    expect(asked).toBe(1);
  });

  it('notices that Redis was emptied', async () => {
    const server = await ownRedis();
    await server.start();
    const redis = connect(server.url);
    let asked = 0;
    sentinel = watchSentinel({
      redis,
      key: 'sentinel',
      log: silentLog,
      afterLoss: () => Promise.resolve(void asked++),
    });
    await sentinel.seen;

    await redis.flushall();

    await eventually(() => asked === 2);
    await eventually(async () => (await redis.get('sentinel'))?.startsWith('20'));
  });

  it('asks again until it was heard, and is not seen before', async () => {
    const [redis, key] = [connect(), `sentinel-${newId()}`];
    let asked = 0;
    let isSeen = false;
    sentinel = watchSentinel({
      redis,
      key,
      log: silentLog,
      afterLoss: () => (++asked < 3 ? Promise.reject(new Error('the broker is away')) : Promise.resolve()),
    });
    void sentinel.seen.then(() => (isSeen = true));
    await eventually(() => asked === 2);
    expect(isSeen).toBe(false);

    await sentinel.seen;

    expect(asked).toBe(3);
  });

  it('asks again when Redis is emptied while it asks', async () => {
    const [redis, key] = [connect(), `sentinel-${newId()}`];
    let asked = 0;
    sentinel = watchSentinel({
      redis,
      key,
      log: silentLog,
      afterLoss: async () => {
        if (++asked === 1) await redis.del(key);
      },
    });

    await sentinel.seen;

    expect(asked).toBe(2);
  });

  it('leaves the asking to the next process when it is closed meanwhile', async () => {
    const [redis, key] = [connect(), `sentinel-${newId()}`];
    let stopAsking = () => undefined as void;
    sentinel = watchSentinel({
      redis,
      key,
      log: silentLog,
      afterLoss: () => new Promise((resolve) => (stopAsking = resolve)),
    });
    await eventually(async () => (await redis.get(key)) === 'requesting');

    sentinel.close();
    stopAsking();

    await redis.ping();
    expect(await redis.get(key)).toBe('requesting');
  });

  it('waits for a Redis that is not there yet', async () => {
    const server = await ownRedis();
    const redis = connect(server.url);
    let asked = 0;
    sentinel = watchSentinel({
      redis,
      key: 'sentinel',
      log: silentLog,
      afterLoss: () => Promise.resolve(void asked++),
    });
    await expect(redis.ping()).rejects.toThrow();
    expect(asked).toBe(0);

    await server.start();

    await sentinel.seen;
    expect(asked).toBe(1);
  });
});
