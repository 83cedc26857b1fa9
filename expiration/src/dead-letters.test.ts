import { newId } from '@ticketing/common';
import { closeAll, connect } from '../test/fixtures.ts';
import { redisDeadLetters } from './dead-letters.ts';

afterEach(closeAll);

describe('dead letters in Redis', () => {
  it('are stored once, with the error and the latest number of attempts', async () => {
    const [redis, key] = [connect(), `dead-letters-${newId()}`];
    const { put: store } = redisDeadLetters(redis, key);
    const deadLetter = {
      id: 'order:created:7',
      channel: 'order:created',
      event: 'not JSON',
      error: 'odd',
      attempts: 1,
    };

    await store(deadLetter);
    await store({ ...deadLetter, attempts: 2 });

    const stored = await redis.hgetall(key);
    expect(Object.keys(stored)).toEqual(['order:created:7']);
    expect(JSON.parse(stored['order:created:7'] ?? '')).toEqual({
      channel: 'order:created',
      event: 'not JSON',
      error: 'odd',
      attempts: 2,
      at: expect.stringMatching(/^20/),
    });
  });

  it('are read oldest first and removed by id', async () => {
    const [redis, key] = [connect(), `dead-letters-${newId()}`];
    const reader = redisDeadLetters(redis, key);
    const about = { channel: 'order:created', event: { id: 'order:1:0' }, error: 'odd', attempts: 1 };
    const ids = ['order:created:9', 'order:created:10'];
    await reader.put({ id: 'order:created:10', ...about });
    const older = { ...about, at: new Date(Date.now() - 1_000) };
    await redis.hset(key, 'order:created:9', JSON.stringify(older));

    expect(await reader.read()).toEqual(ids.map((id) => ({ id, ...about, at: expect.any(Date) })));
    expect(await reader.read({ id: 'order:created:10' })).toMatchObject([{ id: 'order:created:10' }]);
    expect(await reader.read({ id: 'order:created:11' })).toEqual([]);
    expect([await reader.count(), await reader.read({ limit: 1 })]).toMatchObject([2, [{ id: ids[0] }]]);
    await reader.remove('order:created:9');
    expect(await reader.read()).toMatchObject([{ id: 'order:created:10' }]);
  });
});
