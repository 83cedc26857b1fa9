import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ErrorBody, Order, Payment, ShopClient, Ticket } from '../shop/shop-client.ts';
import { readLedger, waitUntilQuiescent } from '../shop/snapshot.ts';
import { useShop } from '../shop/use-shop.ts';

const shop = useShop();
let seller: ShopClient;
let buyer: ShopClient;
let other: ShopClient;

beforeAll(async () => {
  [seller, buyer, other] = (await Promise.all(
    [shop.newClient(), shop.newClient(), shop.newClient()].map((client) => client.signUp()),
  )) as [ShopClient, ShopClient, ShopClient];
});

const intentsOf = async (orderId: string) =>
  (await readLedger(shop)).filter(({ metadata }) => metadata.orderId === orderId);
const complete = ({ status }: Order) => status === 'complete';

describe('buying a ticket', () => {
  it('ends with a complete order, a sold ticket and one capture', async () => {
    const ticket = await seller.listTicket({ price: 19.99 });
    const order = await buyer.reserve(ticket.id);
    const payment = await buyer.pay(order.id);
    expect(payment.status).toBe(201);

    const owned = await buyer.waitForOrder(order.id, complete);

    expect(owned.payment).toEqual({ id: order.id, status: 'captured' });
    const sold = async () => (await buyer.get<Ticket>(`/api/tickets/${ticket.id}`)).body;
    await waitUntilQuiescent(shop);
    expect(await sold()).toMatchObject({ status: 'sold', orderId: order.id, secret: 'A1B2' });
    expect((await other.get<Ticket>(`/api/tickets/${ticket.id}`)).body).not.toHaveProperty('secret');
    expect(await intentsOf(order.id)).toMatchObject([{ status: 'succeeded', captured: 1999, captures: 1 }]);
  });

  it('ends the same way with the commands in the README', async () => {
    const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');
    const [, commands = ''] = /```sh\n(shop=[^]*?)```/.exec(readme) ?? [];
    expect(commands).toContain('shop=http://localhost:3000');

    const output = execFileSync('bash', ['-c', commands.replace('http://localhost:3000', shop.url)], {
      cwd: mkdtempSync(join(tmpdir(), 'readme-')),
      encoding: 'utf8',
    });

    expect(output).toContain('"status":"complete"');
    expect(output).toContain('"status":"sold"');
    const [, orderId = ''] = /"orderId":"(\w+)"/.exec(output) ?? [];
    expect(await intentsOf(orderId)).toMatchObject([
      { status: 'succeeded', captured: 1999, captures: 1, refunded: 0 },
    ]);
  });

  it('pays with a declined card, keeps the reservation and succeeds with another card', async () => {
    const order = await buyer.reserve((await seller.listTicket()).id);

    const declined = await buyer.pay(order.id, 'tok_chargeDeclinedInsufficientFunds');
    expect(declined.status).toBe(402);
    expect(declined.body.errors[0]).toMatchObject({
      code: 'card_declined',
      declineCode: 'insufficient_funds',
    });
    expect((await buyer.pay(order.id, 'tok_visa')).status).toBe(201);

    await buyer.waitForOrder(order.id, complete);
    expect(await intentsOf(order.id)).toMatchObject([{ captures: 1 }]);
  });

  it('completes a payment with 3-D Secure once the buyer has approved at the bank', async () => {
    const order = await buyer.reserve((await seller.listTicket()).id);
    const { body } = await buyer.pay(order.id, 'tok_threeDSecure2Required');
    expect(body.status).toBe('requires_action');

    const page = new URL(body.nextActionUrl ?? '');
    expect(page.origin).toBe(shop.url);
    const html = await (await fetch(page)).text();
    const approve = [...html.matchAll(/<form[^>]*action="([^"]+)"/g)]
      .map(([, action]) => action)
      .find((action) => action?.includes('approve'));
    const button = /name="(\w+)" value="(approve\w*)"/.exec(html);
    const answer = await fetch(new URL(approve ?? page.pathname, page), {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams(button ? { [button[1] ?? '']: button[2] ?? '' } : {}),
    });

    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toContain(`/checkout/${order.id}/return`);
    await buyer.waitForOrder(order.id, complete);
  });

  it('makes the ticket available again and voids the authorization when the buyer cancels', async () => {
    const ticket = await seller.listTicket();
    const order = await buyer.reserve(ticket.id);
    await buyer.pay(order.id, 'tok_threeDSecure2Required');

    expect((await buyer.send('DELETE', `/api/orders/${order.id}`)).status).toBe(204);

    await waitUntilQuiescent(shop);
    expect(await intentsOf(order.id)).toMatchObject([{ status: 'canceled', captured: 0 }]);
    await other.pay((await other.reserve(ticket.id)).id);
    await waitUntilQuiescent(shop);
    expect((await seller.get<Ticket>(`/api/tickets/${ticket.id}`)).body.status).toBe('sold');
  });

  it('charges once when the buyer sends ten payments at once', async () => {
    const order = await buyer.reserve((await seller.listTicket()).id);

    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        buyer.send<Payment & ErrorBody>('POST', '/api/payments', { orderId: order.id, token: 'tok_visa' }),
      ),
    );

    for (const { status, body } of answers)
      expect([200, 201, 'payment_in_progress', 'order_final']).toContain(
        status < 300 ? status : body.errors[0]?.code,
      );
    await buyer.waitForOrder(order.id, complete);
    expect(await intentsOf(order.id)).toMatchObject([{ holds: 1, captures: 1 }]);
  });

  it('cancels the order and makes the ticket available again when the capture is refused', async () => {
    const ticket = await seller.listTicket();
    const order = await buyer.reserve(ticket.id);
    await buyer.pay(order.id, 'tok_captureFails');

    expect(await buyer.waitForOrder(order.id, ({ status }) => status === 'cancelled')).toMatchObject({
      reason: 'payment_failed',
    });

    await waitUntilQuiescent(shop);
    expect((await seller.get<Ticket>(`/api/tickets/${ticket.id}`)).body.status).toBe('available');
  });

  it('refunds the buyer and withdraws the ticket when the seller, and only the seller, refunds a sale', async () => {
    const ticket = await seller.listTicket();
    const order = await buyer.reserve(ticket.id);
    await buyer.pay(order.id);
    await buyer.waitForOrder(order.id, complete);
    await waitUntilQuiescent(shop);

    expect((await buyer.send('POST', `/api/payments/${order.id}/refund`, {})).status).toBe(403);
    expect((await seller.send('POST', `/api/payments/${order.id}/refund`, {})).status).toBe(202);

    await buyer.waitForOrder(order.id, ({ status }) => status === 'refunded');
    await waitUntilQuiescent(shop);
    expect(await intentsOf(order.id)).toMatchObject([{ captured: 4250, refunded: 4250 }]);
    expect(
      (await other.send<ErrorBody>('POST', '/api/orders', { ticketId: ticket.id })).body.errors[0]?.code,
    ).toBe('ticket_withdrawn');
  });

  it('charges once when the bank is slow or the connection is lost after the charge', async () => {
    for (const token of ['tok_slowBank', 'tok_connectionLost']) {
      const order = await buyer.reserve((await seller.listTicket()).id);

      const { status } = await buyer.pay(order.id, token);

      expect([200, 201, 202]).toContain(status);
      await buyer.waitForOrder(order.id, complete);
      expect(await intentsOf(order.id)).toMatchObject([{ holds: 1, captures: 1 }]);
    }
  });

  it('reserves a ticket for one of 200 concurrent requests and answers the others with 409 ticket_reserved', async () => {
    const ticket = await seller.listTicket();
    const buyers = await Promise.all(Array.from({ length: 20 }, () => shop.newClient().signUp()));

    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        buyers[i % 20]!.send<Order & ErrorBody>('POST', '/api/orders', { ticketId: ticket.id }),
      ),
    );

    const winners = answers.filter(({ status }) => status < 300);
    expect(new Set(winners.map(({ body }) => body.id)).size).toBe(1);
    expect(winners.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status, body } of answers.filter((answer) => answer.status >= 300))
      expect([status, body.errors[0]?.code]).toEqual([409, 'ticket_reserved']);
  });

  it('creates one account when 50 requests sign up with one address at once', async () => {
    const email = `Shared.${Date.now()}@example.com`;

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        shop.newClient().send<ErrorBody>('POST', '/api/users/signup', {
          email: i % 2 ? email : email.toLowerCase(),
          password: 'correct horse battery',
        }),
      ),
    );

    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const codes = answers.filter(({ status }) => status !== 201).map(({ body }) => body.errors[0]?.code);
    expect(new Set(codes)).toEqual(new Set(['email_taken']));
  });

  it('ends a session in every service within 5 seconds of signing out', async () => {
    const user = await shop.newClient().signUp();
    expect((await user.get('/api/orders')).status).toBe(200);
    const copy = user.copySession();

    await user.send('POST', '/api/users/signout');

    const deadline = Date.now() + 5_000;
    let status: number;
    do status = (await copy.get('/api/orders')).status;
    while (status === 200 && Date.now() < deadline);
    expect(status).toBe(401);
  });
});
