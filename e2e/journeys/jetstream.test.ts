import { useShop } from '../shop/use-shop.ts';

const shop = useShop({ eventBus: 'jetstream' });

it('sells on JetStream a ticket listed before its server was killed and one listed while it was down', async () => {
  const [seller, buyer] = [await shop.newClient().signUp(), await shop.newClient().signUp()];
  const buy = async (ticketId: string) => {
    const order = await buyer.reserve(ticketId);
    await buyer.pay(order.id);
    await buyer.waitForOrder(order.id, ({ status }) => status === 'complete');
  };
  const before = await seller.listTicket();
  await shop.hold(shop.broker, 'SIGKILL');
  const meanwhile = await seller.listTicket();
  shop.resume(shop.broker);

  await buy(before.id);
  await buy(meanwhile.id);

  expect(shop.processes().map(({ name }) => name)).toContain('nats');
});
