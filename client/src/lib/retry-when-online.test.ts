/** @jest-environment jsdom */
import { retryWhenOnline } from './retry-when-online.ts';

it('asks again for a script that did not come, once the connection is back', async () => {
  const load = jest
    .fn()
    .mockRejectedValueOnce(new Error('Failed to load chunk'))
    .mockResolvedValue('the part');
  const loaded = retryWhenOnline<string>(load)();
  await Promise.resolve();
  await Promise.resolve();
  expect(load).toHaveBeenCalledTimes(1);

  window.dispatchEvent(new Event('online'));

  expect(await loaded).toBe('the part');
  expect(load).toHaveBeenCalledTimes(2);
});
