import { newId } from '@ticketing/common';
import { eventually, silentLog } from '@ticketing/common/testing';
import { closeAll, connect, ownRedis } from '../test/fixtures.ts';
import type { Sentinel } from './sentinel.ts';
import { watchSentinel } from './sentinel.ts';

let sentinel: Sentinel | undefined;

afterEach(async () => {
  sentinel?.close();
  await closeAll();
});

describe('the sentinel', () => {
  it('calls afterLoss once when Redis is new', async () => {
    const [redis, key] = [connect(), `sentinel-${newId()}`];
    let calls = 0;
    const afterLoss = () => Promise.resolve(void calls++);
    sentinel = watchSentinel({ redis, key, log: silentLog, afterLoss });
    await sentinel.seen;
    sentinel.close();

    sentinel = watchSentinel({ redis, key, log: silentLog, afterLoss });
    await sentinel.seen;

    expect(calls).toBe(1);
  });

  it('calls afterLoss again when Redis was emptied', async () => {
    const server = await ownRedis();
    await server.start();
    const redis = connect(server);
    let calls = 0;
    sentinel = watchSentinel({
      redis,
      key: 'sentinel',
      log: silentLog,
      afterLoss: () => Promise.resolve(void calls++),
    });
    await sentinel.seen;

    await redis.flushall();

    await eventually(() => calls === 2);
    await eventually(async () => (await redis.get('sentinel'))?.startsWith('20'));
  });

  it('retries afterLoss until it resolves, and is not seen before', async () => {
    const [redis, key] = [connect(), `sentinel-${newId()}`];
    let calls = 0;
    let isSeen = false;
    sentinel = watchSentinel({
      redis,
      key,
      log: silentLog,
      afterLoss: () =>
        ++calls < 3 ? Promise.reject(new Error('the broker is unavailable')) : Promise.resolve(),
    });
    void sentinel.seen.then(() => (isSeen = true));
    await eventually(() => calls === 2);
    expect(isSeen).toBe(false);

    await sentinel.seen;

    expect(calls).toBe(3);
  });

  it('calls afterLoss again when Redis is emptied during the call', async () => {
    const [redis, key] = [connect(), `sentinel-${newId()}`];
    let calls = 0;
    sentinel = watchSentinel({
      redis,
      key,
      log: silentLog,
      afterLoss: async () => {
        if (++calls === 1) await redis.del(key);
      },
    });

    await sentinel.seen;

    expect(calls).toBe(2);
  });

  it('leaves the request to the next process when it is closed during afterLoss', async () => {
    const [redis, key] = [connect(), `sentinel-${newId()}`];
    let finishRequest = () => undefined as void;
    sentinel = watchSentinel({
      redis,
      key,
      log: silentLog,
      afterLoss: () => new Promise((resolve) => (finishRequest = resolve)),
    });
    await eventually(async () => (await redis.get(key)) === 'requesting');

    sentinel.close();
    finishRequest();

    await redis.ping();
    expect(await redis.get(key)).toBe('requesting');
  });

  it('waits for a Redis that is not up yet', async () => {
    const server = await ownRedis();
    const redis = connect(server);
    let calls = 0;
    sentinel = watchSentinel({
      redis,
      key: 'sentinel',
      log: silentLog,
      afterLoss: () => Promise.resolve(void calls++),
    });
    await expect(redis.ping()).rejects.toThrow();
    expect(calls).toBe(0);

    await server.start();

    await sentinel.seen;
    expect(calls).toBe(1);
  });
});
