import { inMemoryEventBus, silentLog } from '../testing.ts';
import { collectRequests, requestResync } from './request-resync.ts';

const wanted = { source: 'tickets', subjects: ['order:created' as const], log: silentLog };

describe('requestResync', () => {
  it('publishes a request for every state as soon as the bus is up', async () => {
    const bus = inMemoryEventBus();
    bus.status = 'down';
    const requested = requestResync({ bus, ...wanted });
    expect(bus.published).toEqual([]);

    bus.status = 'up';
    await requested;

    const data = { id: expect.any(String), subjects: ['order:created'], activeOnly: false };
    expect(bus.published).toEqual([{ name: 'resync:requested', data }]);
  });

  it('requests only active aggregates with activeOnly', async () => {
    const bus = inMemoryEventBus();

    await requestResync({ bus, ...wanted, activeOnly: true });

    expect(bus.published).toMatchObject([{ data: { activeOnly: true } }]);
  });

  it('resolves without publishing when the bus is closed', async () => {
    const bus = inMemoryEventBus();
    bus.status = 'down';
    const requested = requestResync({ bus, ...wanted });

    await bus.close();
    await requested;

    expect(bus.published).toEqual([]);
  });
});

describe('collectRequests', () => {
  it('makes one request of those within a second, and another one later', async () => {
    const request = jest.fn(() => Promise.resolve());
    const collected = collectRequests(request);

    await Promise.all([collected(), collected(), collected()]);
    expect(request).toHaveBeenCalledTimes(1);
    await collected();
    expect(request).toHaveBeenCalledTimes(2);
  });

  it('rejects when the request fails', async () => {
    const collected = collectRequests(() => Promise.reject(new Error('closed')));

    await expect(collected()).rejects.toThrow('closed');
  });
});
