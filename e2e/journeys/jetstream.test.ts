import { useShop } from '../shop/use-shop.ts';

const shop = useShop({ eventBus: 'jetstream' });

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
});
