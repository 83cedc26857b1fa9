import { newId } from '@ticketing/common';
import { closeAll, connect } from '../test/world.ts';
import { redisDeadLetters } from './dead-letters.ts';

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
});
