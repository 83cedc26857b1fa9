import { inMemoryEventBus, silentLog } from '@ticketing/common/testing';
import { askForResync } from './resync.ts';

it('asks for everything that orders follows, as soon as the broker is there', async () => {
  const bus = inMemoryEventBus();
  bus.status = 'down';
  const asked = askForResync(bus, silentLog);
  expect(bus.published).toEqual([]);

  bus.status = 'up';
  await asked;

  expect(bus.published).toEqual([
    {
      name: 'resync:requested',
      data: {
        id: expect.any(String),
        subjects: expect.arrayContaining(['ticket:updated', 'payment:created']),
        activeOnly: false,
      },
    },
  ]);
});

it('gives up when the process stops', async () => {
  const bus = inMemoryEventBus();
  await bus.close();
  await askForResync(bus, silentLog);
  expect(bus.published).toEqual([]);
});
