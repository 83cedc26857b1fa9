import { readLedger, whenQuiet } from '../shop/books.ts';
import { useShop } from '../shop/use-shop.ts';
import type { Failure, Order, Ticket, Visitor } from '../shop/visitor.ts';

const RESERVATION_MS = 5_000;
const shop = useShop({ env: { orders: { RESERVATION_SECONDS: String(RESERVATION_MS / 1000) } } });
let seller: Visitor;
let buyer: Visitor;
let other: Visitor;

beforeAll(async () => {
  [seller, buyer, other] = (await Promise.all(
    [shop.visitor(), shop.visitor(), shop.visitor()].map((visitor) => visitor.signUp()),
  )) as [Visitor, Visitor, Visitor];
});

const cancelled = ({ status }: Order) => status === 'cancelled';

describe('a reservation that nobody pays', () => {
  it('ends by itself within two seconds of its time, and somebody else buys the ticket', async () => {
    const ticket = await seller.sells();
    const order = await buyer.reserves(ticket.id);

    const ended = await buyer.sees(order.id, cancelled);

    expect(ended).toMatchObject({ reason: 'expired' });
    expect(Date.now() - Date.parse(order.expiresAt)).toBeLessThan(2_000);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(order.expiresAt));
    const next = await other.reserves(ticket.id);
    await other.pays(next.id);
    await other.sees(next.id, ({ status }) => status === 'complete');
  });

  it('ends in time although Redis was killed meanwhile and stays away', async () => {
    const ticket = await seller.sells();
    const order = await buyer.reserves(ticket.id);
    await shop.hold('redis', 'SIGKILL');

    await buyer.sees(order.id, cancelled);

    expect(Date.now() - Date.parse(order.expiresAt)).toBeLessThan(2_000);
    await whenQuiet(shop);
    expect((await seller.get<Ticket>(`/api/tickets/${ticket.id}`)).body.status).toBe('available');
    shop.resume('redis');
    await shop.waitReady('redis');
  });

  it('is not charged to the buyer whose bank approves too late', async () => {
    const order = await buyer.reserves((await seller.sells()).id);
    const { body } = await buyer.pays(order.id, 'tok_threeDSecure2Required');
    expect(body.status).toBe('requires_action');
    await buyer.sees(order.id, cancelled);

    const intent = new URL(body.nextActionUrl ?? '').pathname.split('/').at(-1);
    await fetch(`${shop.urlOf('emulator')}/_emulator/intents/${intent}/authenticate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ outcome: 'success' }),
    });

    await whenQuiet(shop);
    const entry = (await readLedger(shop)).find(({ metadata }) => metadata.orderId === order.id);
    expect(entry).toMatchObject({ captures: 0, status: 'canceled' });
    const late = await buyer.send<Failure>('POST', '/api/payments', { orderId: order.id, token: 'tok_visa' });
    expect([late.status, late.body.errors[0]?.code]).toEqual([409, 'order_expired']);
    expect((await buyer.get<Order>(`/api/orders/${order.id}`)).body.payment).toMatchObject({
      status: 'voided',
    });
  });

  it('tells a buyer who cancels late that it is cancelled already', async () => {
    const order = await buyer.reserves((await seller.sells()).id);
    await buyer.sees(order.id, cancelled);

    expect((await buyer.send('DELETE', `/api/orders/${order.id}`)).status).toBe(204);
  });
});
