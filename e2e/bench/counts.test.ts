import type { Shop } from '../shop/shop.ts';
import { useShop } from '../shop/use-shop.ts';
import { countBuying } from './scenarios/purchases.ts';
import { createWorld } from './world.ts';

const shop = useShop({ sharedMongod: false, limits: 'off', eventBus: 'nats-streaming' });

/** The counts of a purchase by name, those of MongoDB by service. */
async function count(system: Shop): Promise<Record<string, number>> {
  const world = await createWorld({ system, quick: true, rounds: 1 });
  try {
    await countBuying(world, 1); // the first purchase of a process loads its scripts into Redis
    const { mongo, ...others } = await countBuying(world, 10);
    return { ...others, ...mongo };
  } finally {
    await world.close();
  }
}

describe('a purchase', () => {
  it('causes no more requests, events, deliveries and commands in the stores than it needs', async () => {
    const limits = {
      http: 3,
      events: 7,
      deliveries: 13,
      drains: 7,
      redis: 2,
      tickets: 2,
      orders: 7,
      payments: 8,
    };

    const counts = await count(shop);

    // A race that is lost costs a further read.
    const isExceeded = ([name, limit]: [string, number]) => (counts[name] ?? Infinity) > limit + 0.5;
    expect(Object.entries(limits).filter(isExceeded)).toEqual([]);
  });
});
