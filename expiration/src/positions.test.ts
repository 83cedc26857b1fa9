import { newId } from '@ticketing/common';
import { closeAll, connect } from '../test/fixtures.ts';
import { redisPositions } from './positions.ts';

afterEach(closeAll);

it('stores the positions of the channels that it is given in Redis, and keeps those of the others', async () => {
  const [redis, key] = [connect(), `positions-${newId()}`];
  const positions = redisPositions(redis, key);
  await positions.write(
    new Map([
      ['order:created', { sequence: 1, time: 1_000 }],
      ['order:updated', { sequence: 2, time: 2_000 }],
    ]),
  );
  await positions.write(new Map([['order:created', { sequence: 3, time: 3_000 }]]));

  expect(await redisPositions(redis, key).read()).toEqual(
    new Map([
      ['order:created', { sequence: 3, time: 3_000 }],
      ['order:updated', { sequence: 2, time: 2_000 }],
    ]),
  );
});
