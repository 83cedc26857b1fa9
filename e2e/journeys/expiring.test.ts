import type { ErrorBody, Order, ShopClient, Ticket } from '../shop/shop-client.ts';
import { readLedger, waitUntilQuiescent } from '../shop/snapshot.ts';
import { useShop } from '../shop/use-shop.ts';

const RESERVATION_MS = 5_000;
const shop = useShop({ env: { orders: { RESERVATION_SECONDS: String(RESERVATION_MS / 1000) } } });
let seller: ShopClient;
let buyer: ShopClient;
let other: ShopClient;

beforeAll(async () => {
  [seller, buyer, other] = (await Promise.all(
    [shop.newClient(), shop.newClient(), shop.newClient()].map((client) => client.signUp()),
  )) as [ShopClient, ShopClient, ShopClient];
});

const cancelled = ({ status }: Order) => status === 'cancelled';

/** The milliseconds between the time of an order and its cancellation, both by the clock of the service. */
const lateness = ({ expiresAt, history }: Order) =>
  Date.parse(history.at(-1)?.at ?? '') - Date.parse(expiresAt);

describe('an unpaid reservation', () => {
  it('expires within two seconds of its time, after which another buyer can buy the ticket', async () => {
    const ticket = await seller.listTicket();
    const order = await buyer.reserve(ticket.id);

    const ended = await buyer.waitForOrder(order.id, cancelled);

    expect(ended).toMatchObject({ reason: 'expired' });
    expect(lateness(ended)).toBeLessThan(2_000);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(order.expiresAt));
    const next = await other.reserve(ticket.id);
    await other.pay(next.id);
    await other.waitForOrder(next.id, ({ status }) => status === 'complete');
  });

  it('expires in time although Redis was killed and is unavailable', async () => {
    const ticket = await seller.listTicket();
    const order = await buyer.reserve(ticket.id);
    await shop.hold('redis', 'SIGKILL');

    const ended = await buyer.waitForOrder(order.id, cancelled);

    expect(lateness(ended)).toBeLessThan(2_000);
    await waitUntilQuiescent(shop);
    expect((await seller.get<Ticket>(`/api/tickets/${ticket.id}`)).body.status).toBe('available');
    shop.resume('redis');
    await shop.waitReady('redis');
  });

  it('is not charged when the bank approves after it has expired', async () => {
    const order = await buyer.reserve((await seller.listTicket()).id);
    const { body } = await buyer.pay(order.id, 'tok_threeDSecure2Required');
    expect(body.status).toBe('requires_action');
    await buyer.waitForOrder(order.id, cancelled);

    const intent = new URL(body.nextActionUrl ?? '').pathname.split('/').at(-1);
    await fetch(`${shop.urlOf('emulator')}/_emulator/intents/${intent}/authenticate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ outcome: 'success' }),
    });

    await waitUntilQuiescent(shop);
    const entry = (await readLedger(shop)).find(({ metadata }) => metadata.orderId === order.id);
    expect(entry).toMatchObject({ captures: 0, status: 'canceled' });
    const late = await buyer.send<ErrorBody>('POST', '/api/payments', {
      orderId: order.id,
      token: 'tok_visa',
    });
    expect([late.status, late.body.errors[0]?.code]).toEqual([409, 'order_expired']);
    expect((await buyer.get<Order>(`/api/orders/${order.id}`)).body.payment).toMatchObject({
      status: 'voided',
    });
  });

  it('answers 204 when the buyer cancels it after it has expired', async () => {
    const order = await buyer.reserve((await seller.listTicket()).id);
    await buyer.waitForOrder(order.id, cancelled);

    expect((await buyer.send('DELETE', `/api/orders/${order.id}`)).status).toBe(204);
  });
});
