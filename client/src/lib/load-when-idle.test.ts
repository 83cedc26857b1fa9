/** @jest-environment jsdom */
import { loadWhenIdle } from './load-when-idle.ts';

describe('loadWhenIdle', () => {
  afterEach(() => {
    Reflect.deleteProperty(window, 'requestIdleCallback');
  });

  it('loads when the browser is idle, and within two seconds on a busy page', async () => {
    let becomeIdle: () => void = () => undefined;
    const requestIdleCallback = jest.fn((whenIdle: () => void) => (becomeIdle = whenIdle));
    Object.assign(window, { requestIdleCallback });
    const load = jest.fn().mockResolvedValue('the module');
    const loaded = loadWhenIdle<string>(load)();
    await Promise.resolve();
    expect(load).not.toHaveBeenCalled();

    becomeIdle();

    expect(await loaded).toBe('the module');
    expect(requestIdleCallback).toHaveBeenCalledWith(expect.any(Function), { timeout: 2_000 });
  });

  it('loads soon in a browser without requestIdleCallback', async () => {
    expect(await loadWhenIdle(() => Promise.resolve('the module'))()).toBe('the module');
  });
});
