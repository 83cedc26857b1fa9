import { wholeOrPart } from '../long.ts';
import type { ErrorBody, Order, ShopClient } from '../shop/shop-client.ts';
import { findViolations, waitUntilQuiescent } from '../shop/snapshot.ts';
import { useShop } from '../shop/use-shop.ts';

const PURCHASES = wholeOrPart('crashing: 15 of 100 purchases for each process killed', 100, 15);
const AT_ONCE = 10;
const shop = useShop({ sharedMongod: false });
let seller: ShopClient;
let buyers: ShopClient[];

// New accounts for each test, so that none reaches a limit on requests.
beforeEach(async () => {
  seller = await shop.newClient().signUp();
  buyers = await Promise.all(Array.from({ length: AT_ONCE }, () => shop.newClient().signUp()));
});

/** Makes the purchases, 10 at a time, and calls `kill` when a third of them has started. */
async function purchasesDuringWhich(kill: () => void): Promise<Order[]> {
  const orders: Order[] = [];
  let started = 0;
  const buyRepeatedly = async (buyer: ShopClient) => {
    while (started < PURCHASES) {
      if (++started === Math.ceil(PURCHASES / 3)) kill();
      const ticket = await seller.listTicket();
      const order = await buyer.reserve(ticket.id);
      orders.push(order);
      const { status, body } = await buyer.pay(order.id);
      if (
        ![200, 201].includes(status) &&
        body.errors[0]?.code !== 'payment_in_progress' &&
        body.errors[0]?.code !== 'order_final'
      )
        throw new Error(`Paying failed with status ${status}: ${JSON.stringify(body)}`);
      await buyer.waitForOrder(order.id, (seen) => seen.status === 'complete');
    }
  };
  await Promise.all(buyers.map(buyRepeatedly));
  return orders;
}

describe('SIGKILL', () => {
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
    `of %s during ${PURCHASES} purchases loses no order: all of them complete`,
    async (victim) => {
      const orders = await purchasesDuringWhich(() =>
        shop.kill(victim === 'the broker' ? shop.broker : victim),
      );

      const snapshot = await waitUntilQuiescent(shop);
      expect(findViolations(snapshot)).toEqual([]);
      const statuses = new Map(snapshot.orders.map((order) => [order._id as unknown, order.status]));
      expect(orders.map(({ id }) => statuses.get(id))).toEqual(orders.map(() => 'complete'));
    },
    300_000,
  );

  it('of the broker while tickets are listed only delays their events: all of them are sold', async () => {
    const tickets: { id: string }[] = [];
    await shop.hold(shop.broker, 'SIGKILL');
    try {
      for (let i = 0; i < 5; i++) tickets.push(await seller.listTicket());
    } finally {
      shop.resume(shop.broker);
    }
    const [buyer] = buyers;

    for (const ticket of tickets) {
      const order = await buyer!.reserve(ticket.id);
      await buyer!.pay(order.id);
      await buyer!.waitForOrder(order.id, ({ status }) => status === 'complete');
    }

    expect(findViolations(await waitUntilQuiescent(shop))).toEqual([]);
  });
});

describe('SIGSTOP of the broker', () => {
  it('after a listing makes its buyer wait: 503 not_synchronized and never 404, then success', async () => {
    const [buyer] = buyers;
    const ticketId = await whileStopped(shop.broker, async () => {
      const { id } = await seller.listTicket();
      const refused = await buyer!.send<ErrorBody>('POST', '/api/orders', { ticketId: id });
      expect([refused.status, refused.body.errors[0]?.code]).toEqual([503, 'not_synchronized']);
      expect(refused.headers.get('retry-after')).toBe('1');
      return id;
    });

    const { status } = await buyer!.sendWithRetry('POST', '/api/orders', { ticketId });
    expect(status).toBe(201);
    const unknown = await buyer!.sendWithRetry('POST', '/api/orders', {
      ticketId: '0123456789abcdef01234567',
    });
    expect(unknown.status).toBe(404);
  });
});

async function whileStopped<T>(name: string, work: () => Promise<T>): Promise<T> {
  shop.kill(name, 'SIGSTOP');
  try {
    return await work();
  } finally {
    shop.kill(name, 'SIGCONT');
  }
}
