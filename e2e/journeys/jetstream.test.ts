import { violations, whenQuiet } from '../shop/books.ts';
import { openShop } from '../shop/shop.ts';
import type { Shop } from '../shop/shop.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop({ eventBus: 'jetstream' });
}, 300_000);

afterAll(() => shop.shut(), 120_000);

it('buys on JetStream what was listed before its server was killed, and what was listed after', async () => {
  const [seller, buyer] = [await shop.visitor().signUp(), await shop.visitor().signUp()];
  const buy = async (ticketId: string) => {
    const order = await buyer.reserves(ticketId);
    await buyer.pays(order.id);
    await buyer.sees(order.id, ({ status }) => status === 'complete');
  };
  const before = await seller.sells();
  await shop.hold(shop.broker, 'SIGKILL');
  const meanwhile = await seller.sells();
  shop.resume(shop.broker);

  await buy(before.id);
  await buy(meanwhile.id);

  expect(shop.processes().map(({ name }) => name)).toContain('nats');
  expect(violations(await whenQuiet(shop))).toEqual([]);
}, 120_000);
