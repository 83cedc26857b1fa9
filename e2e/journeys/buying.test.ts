import { readLedger, whenQuiet } from '../shop/books.ts';
import { useShop } from '../shop/use-shop.ts';
import type { Failure, Order, Payment, Ticket, Visitor } from '../shop/visitor.ts';

const shop = useShop();
let seller: Visitor;
let buyer: Visitor;
let other: Visitor;

beforeAll(async () => {
  [seller, buyer, other] = (await Promise.all(
    [shop.visitor(), shop.visitor(), shop.visitor()].map((visitor) => visitor.signUp()),
  )) as [Visitor, Visitor, Visitor];
});

const intentOf = async (orderId: string) =>
  (await readLedger(shop)).filter(({ metadata }) => metadata.orderId === orderId);
const complete = ({ status }: Order) => status === 'complete';

describe('buying', () => {
  it('goes from listing over reserving and paying to owning', async () => {
    const ticket = await seller.sells({ price: 19.99 });
    const order = await buyer.reserves(ticket.id);
    const payment = await buyer.pays(order.id);
    expect(payment.status).toBe(201);

    const owned = await buyer.sees(order.id, complete);

    expect(owned.payment).toEqual({ id: order.id, status: 'captured' });
    const sold = async () => (await buyer.get<Ticket>(`/api/tickets/${ticket.id}`)).body;
    await whenQuiet(shop);
    expect(await sold()).toMatchObject({ status: 'sold', orderId: order.id, secret: 'A1B2' });
    expect((await other.get<Ticket>(`/api/tickets/${ticket.id}`)).body).not.toHaveProperty('secret');
    expect(await intentOf(order.id)).toMatchObject([{ status: 'succeeded', captured: 1999, captures: 1 }]);
  });

  it('lets a declined buyer try another card within the same reservation', async () => {
    const order = await buyer.reserves((await seller.sells()).id);

    const declined = await buyer.pays(order.id, 'tok_chargeDeclinedInsufficientFunds');
    expect(declined.status).toBe(402);
    expect(declined.body.errors[0]).toMatchObject({
      code: 'card_declined',
      declineCode: 'insufficient_funds',
    });
    expect((await buyer.pays(order.id, 'tok_visa')).status).toBe(201);

    await buyer.sees(order.id, complete);
    expect(await intentOf(order.id)).toMatchObject([{ captures: 1 }]);
  });

  it('asks the bank with 3-D Secure, and completes once the buyer has approved', async () => {
    const order = await buyer.reserves((await seller.sells()).id);
    const { body } = await buyer.pays(order.id, 'tok_threeDSecure2Required');
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
    await buyer.sees(order.id, complete);
  });

  it('gives the ticket back when the buyer cancels, and lets the authorised money go', async () => {
    const ticket = await seller.sells();
    const order = await buyer.reserves(ticket.id);
    await buyer.pays(order.id, 'tok_threeDSecure2Required');

    expect((await buyer.send('DELETE', `/api/orders/${order.id}`)).status).toBe(204);

    await whenQuiet(shop);
    expect(await intentOf(order.id)).toMatchObject([{ status: 'canceled', captured: 0 }]);
    await other.pays((await other.reserves(ticket.id)).id);
    await whenQuiet(shop);
    expect((await seller.get<Ticket>(`/api/tickets/${ticket.id}`)).body.status).toBe('sold');
  });

  it('charges once, however often and however fast the buyer pays', async () => {
    const order = await buyer.reserves((await seller.sells()).id);

    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        buyer.send<Payment & Failure>('POST', '/api/payments', { orderId: order.id, token: 'tok_visa' }),
      ),
    );

    for (const { status, body } of answers)
      expect([200, 201, 'payment_in_progress', 'order_final']).toContain(
        status < 300 ? status : body.errors[0]?.code,
      );
    await buyer.sees(order.id, complete);
    expect(await intentOf(order.id)).toMatchObject([{ holds: 1, captures: 1 }]);
  });

  it('ends a purchase whose capture is refused without money taken, and frees the ticket', async () => {
    const ticket = await seller.sells();
    const order = await buyer.reserves(ticket.id);
    await buyer.pays(order.id, 'tok_captureFails');

    expect(await buyer.sees(order.id, ({ status }) => status === 'cancelled')).toMatchObject({
      reason: 'payment_failed',
    });

    await whenQuiet(shop);
    expect((await seller.get<Ticket>(`/api/tickets/${ticket.id}`)).body.status).toBe('available');
  });

  it('returns the money of a sold ticket when its seller refunds it', async () => {
    const ticket = await seller.sells();
    const order = await buyer.reserves(ticket.id);
    await buyer.pays(order.id);
    await buyer.sees(order.id, complete);
    await whenQuiet(shop);

    expect((await buyer.send('POST', `/api/payments/${order.id}/refund`, {})).status).toBe(403);
    expect((await seller.send('POST', `/api/payments/${order.id}/refund`, {})).status).toBe(202);

    await buyer.sees(order.id, ({ status }) => status === 'refunded');
    await whenQuiet(shop);
    expect(await intentOf(order.id)).toMatchObject([{ captured: 4250, refunded: 4250 }]);
    expect(
      (await other.send<Failure>('POST', '/api/orders', { ticketId: ticket.id })).body.errors[0]?.code,
    ).toBe('ticket_withdrawn');
  });

  it('follows the bank that is slow and the connection that is lost after the charge', async () => {
    for (const token of ['tok_slowBank', 'tok_connectionLost']) {
      const order = await buyer.reserves((await seller.sells()).id);

      const { status } = await buyer.pays(order.id, token);

      expect([200, 201, 202]).toContain(status);
      await buyer.sees(order.id, complete);
      expect(await intentOf(order.id)).toMatchObject([{ holds: 1, captures: 1 }]);
    }
  });

  it('has exactly one winner among 200 buyers of one ticket, and nobody sees an error of ours', async () => {
    const ticket = await seller.sells();
    const buyers = await Promise.all(Array.from({ length: 20 }, () => shop.visitor().signUp()));

    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        buyers[i % 20]!.send<Order & Failure>('POST', '/api/orders', { ticketId: ticket.id }),
      ),
    );

    const winners = answers.filter(({ status }) => status < 300);
    expect(new Set(winners.map(({ body }) => body.id)).size).toBe(1);
    expect(winners.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status, body } of answers.filter((answer) => answer.status >= 300))
      expect([status, body.errors[0]?.code]).toEqual([409, 'ticket_reserved']);
  });

  it('signs up one of 50 who take the same address at once', async () => {
    const email = `Everybody.${Date.now()}@example.com`;

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        shop.visitor().send<Failure>('POST', '/api/users/signup', {
          email: i % 2 ? email : email.toLowerCase(),
          password: 'correct horse battery',
        }),
      ),
    );

    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const codes = answers.filter(({ status }) => status !== 201).map(({ body }) => body.errors[0]?.code);
    expect(new Set(codes)).toEqual(new Set(['email_taken']));
  });

  it('ends a session everywhere, in every service, within seconds', async () => {
    const visitor = await shop.visitor().signUp();
    expect((await visitor.get('/api/orders')).status).toBe(200);
    const copy = visitor.onTheSameSession();

    await visitor.send('POST', '/api/users/signout');

    const deadline = Date.now() + 5_000;
    let status: number;
    do status = (await copy.get('/api/orders')).status;
    while (status === 200 && Date.now() < deadline);
    expect(status).toBe(401);
  });
});
