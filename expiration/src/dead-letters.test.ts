import { newId } from '@ticketing/common';
import { closeAll, connect } from '../test/world.ts';
import { redisDeadLetterReader, redisDeadLetters } from './dead-letters.ts';

afterEach(closeAll);

describe('what could not be handled', () => {
  it('is kept in Redis, once, with its reason', async () => {
    const [redis, key] = [connect(), `dead-letters-${newId()}`];
    const keep = redisDeadLetters(redis, key);
    const letter = {
      id: 'order:created:7',
      channel: 'order:created',
      event: 'not JSON',
      error: 'odd',
      attempts: 1,
    };

    await keep(letter);
    await keep({ ...letter, attempts: 2 });

    const kept = await redis.hgetall(key);
    expect(Object.keys(kept)).toEqual(['order:created:7']);
    expect(JSON.parse(kept['order:created:7'] ?? '')).toEqual({
      channel: 'order:created',
      event: 'not JSON',
      error: 'odd',
      attempts: 2,
      at: expect.stringMatching(/^20/),
    });
  });

  it('is found again by an operator, the oldest first, and removed by its id', async () => {
    const [redis, key] = [connect(), `dead-letters-${newId()}`];
    const keep = redisDeadLetters(redis, key);
    const box = redisDeadLetterReader(redis, key);
    const about = { channel: 'order:created', event: { id: 'order:1:0' }, error: 'odd', attempts: 1 };
    const ids = ['order:created:9', 'order:created:10'];
    await keep({ id: 'order:created:10', ...about });
    const older = { ...about, at: new Date(Date.now() - 1_000) };
    await redis.hset(key, 'order:created:9', JSON.stringify(older));

    expect(await box.read()).toEqual(ids.map((id) => ({ id, ...about, at: expect.any(Date) })));
    expect(await box.read('order:created:10')).toMatchObject([{ id: 'order:created:10' }]);
    expect(await box.read('order:created:11')).toEqual([]);
    await box.remove('order:created:9');
    expect(await box.read()).toMatchObject([{ id: 'order:created:10' }]);
    await box.close();
  });
});
