/** @jest-environment jsdom */
import { retryWhenOnline } from './retry-when-online.ts';

it('retryWhenOnline retries a failed import when the browser is online again', async () => {
  const load = jest
    .fn()
    .mockRejectedValueOnce(new Error('Failed to load chunk'))
    .mockResolvedValue('the module');
  const loaded = retryWhenOnline<string>(load)();
  await Promise.resolve();
  await Promise.resolve();
  expect(load).toHaveBeenCalledTimes(1);

  window.dispatchEvent(new Event('online'));

  expect(await loaded).toBe('the module');
  expect(load).toHaveBeenCalledTimes(2);
});
