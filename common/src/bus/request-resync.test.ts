import { requestResync } from './request-resync.ts';
import { inMemoryEventBus, silentLog } from '../testing.ts';

const wanted = { source: 'tickets', subjects: ['order:created' as const], log: silentLog };

describe('after events were lost', () => {
  it('asks for everything, as soon as the broker takes it', async () => {
    const bus = inMemoryEventBus();
    bus.status = 'down';
    const asked = requestResync({ bus, ...wanted });
    expect(bus.published).toEqual([]);

    bus.status = 'up';
    await asked;

    const data = { id: expect.any(String), subjects: ['order:created'], activeOnly: false };
    expect(bus.published).toEqual([{ name: 'resync:requested', data }]);
  });

  it('asks for what is alive only, where that is enough', async () => {
    const bus = inMemoryEventBus();

    await requestResync({ bus, ...wanted, activeOnly: true });

    expect(bus.published).toMatchObject([{ data: { activeOnly: true } }]);
  });

  it('gives up when the process stops', async () => {
    const bus = inMemoryEventBus();
    bus.status = 'down';
    const asked = requestResync({ bus, ...wanted });

    await bus.close();
    await asked;

    expect(bus.published).toEqual([]);
  });
});
