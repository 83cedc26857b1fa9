import { eventually, inMemoryEventBus, silentLog } from '@ticketing/common/testing';
import { askForOrders } from './resync.ts';

describe('after the broker began anew', () => {
  it('asks orders for what may be lost, as soon as the broker takes it', async () => {
    const bus = inMemoryEventBus();
    bus.status = 'down';
    const asked = askForOrders(bus, silentLog);

    bus.status = 'up';

    await asked;
    await eventually(() => bus.published.length === 1);
    expect(bus.published).toEqual([
      {
        name: 'resync:requested',
        data: {
          id: expect.any(String),
          subjects: ['order:created', 'order:updated', 'order:cancelled'],
          activeOnly: false,
        },
      },
    ]);
  });
});
