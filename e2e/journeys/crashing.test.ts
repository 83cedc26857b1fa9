import { wholeOrPart } from '../long.ts';
import { violations, whenQuiet } from '../shop/books.ts';
import { useShop } from '../shop/use-shop.ts';
import type { Order, Visitor } from '../shop/visitor.ts';

const PURCHASES = wholeOrPart('crashing: 30 of 100 purchases for each process killed', 100, 30);
const AT_ONCE = 10;
const shop = useShop();
let seller: Visitor;
let buyers: Visitor[];

beforeAll(async () => {
  seller = await shop.visitor().signUp();
  buyers = await Promise.all(Array.from({ length: AT_ONCE }, () => shop.visitor().signUp()));
});

/** So many purchases, 10 at a time; the process is killed when a third of them is under way. */
async function purchasesDuringWhich(kill: () => void): Promise<Order[]> {
  const orders: Order[] = [];
  let begun = 0;
  const buyOneAfterTheOther = async (buyer: Visitor) => {
    while (begun < PURCHASES) {
      if (++begun === Math.ceil(PURCHASES / 3)) kill();
      const ticket = await seller.sells();
      const order = await buyer.reserves(ticket.id);
      orders.push(order);
      const { status, body } = await buyer.pays(order.id);
      if (
        ![200, 201].includes(status) &&
        body.errors[0]?.code !== 'payment_in_progress' &&
        body.errors[0]?.code !== 'order_final'
      )
        throw new Error(`paying was answered ${status}: ${JSON.stringify(body)}`);
      await buyer.sees(order.id, (seen) => seen.status === 'complete');
    }
  };
  await Promise.all(buyers.map(buyOneAfterTheOther));
  return orders;
}

describe(`kill -9 in the middle of ${PURCHASES} purchases`, () => {
  it.each([
    'auth',
    'tickets',
    'orders',
    'payments',
    'expiration',
    'emulator',
    'mongod-auth',
    'mongod-tickets',
    'mongod-orders',
    'mongod-payments',
    'redis',
    'the broker',
  ])(
    'of %s loses nothing and leaves nothing stuck',
    async (victim) => {
      const orders = await purchasesDuringWhich(() =>
        shop.kill(victim === 'the broker' ? shop.broker : victim),
      );

      const books = await whenQuiet(shop);
      expect(violations(books)).toEqual([]);
      const statuses = new Map(books.orders.map((order) => [order._id as unknown, order.status]));
      expect(orders.map(({ id }) => statuses.get(id))).toEqual(orders.map(() => 'complete'));
    },
    300_000,
  );

  it('of the broker while orders are placed only delays what follows', async () => {
    await shop.hold(shop.broker, 'SIGKILL');
    const tickets = [];
    for (let i = 0; i < 5; i++) tickets.push(await seller.sells());
    shop.resume(shop.broker);
    const [buyer] = buyers;

    for (const ticket of tickets) {
      const order = await buyer!.reserves(ticket.id);
      await buyer!.pays(order.id);
      await buyer!.sees(order.id, ({ status }) => status === 'complete');
    }

    expect(violations(await whenQuiet(shop))).toEqual([]);
  });
});
