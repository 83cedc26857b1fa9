import { newId } from '@ticketing/common';
import { closeAll, connect, inMs, timers } from '../test/fixtures.ts';
import { readTimers } from './timer.ts';

afterEach(closeAll);

describe('readTimers', () => {
  it('returns when the timers of some orders fire, and leaves out orders without one', async () => {
    const { timer, name } = timers();
    const [orderId, firesAt] = [newId(), inMs(60_000)];
    await timer.set(orderId, firesAt);
    await timer.set(newId(), inMs(60_000));

    expect(await readTimers(connect(), [orderId, newId()], name)).toEqual([{ orderId, firesAt }]);
  });
});
