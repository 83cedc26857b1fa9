import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { ErrorBody, Order } from '../shop/shop-client.ts';
import { ShopClient } from '../shop/shop-client.ts';

const complete = ({ status }: Order) => status === 'complete';

/** One user sells a ticket, another buys it. */
export async function buyTicket(url: string): Promise<void> {
  const [seller, buyer] = await Promise.all([new ShopClient(url).signUp(), new ShopClient(url).signUp()]);
  const ticket = await seller.listTicket({ price: 19.99 });
  const order = await buyer.reserve(ticket.id);
  assert.equal((await buyer.pay(order.id)).status, 201);
  await buyer.waitForOrder(order.id, complete);
}

/** The main journeys of the shop, once each. */
export async function runJourneys(url: string): Promise<void> {
  const signUp = () => new ShopClient(url).signUp();
  const [seller, buyer, other] = await Promise.all([signUp(), signUp(), signUp()]);
  const paid = await payAfterDecline(seller, buyer);
  await cancelAndResell(seller, buyer, other);
  await payWith3DSecure(url, seller, buyer);
  await competeForTicket(url, seller);
  await refund(seller, buyer, paid);
  await endSession(other);
  await checkPublicPaths(url);
}

async function payAfterDecline(seller: ShopClient, buyer: ShopClient): Promise<Order> {
  const order = await buyer.reserve((await seller.listTicket()).id);
  const declined = await buyer.pay(order.id, 'tok_chargeDeclinedInsufficientFunds');
  assert.equal(declined.status, 402);
  assert.equal((await buyer.pay(order.id)).status, 201);
  return buyer.waitForOrder(order.id, complete);
}

async function cancelAndResell(seller: ShopClient, buyer: ShopClient, other: ShopClient): Promise<void> {
  const ticket = await seller.listTicket();
  const order = await buyer.reserve(ticket.id);
  assert.equal((await buyer.send('DELETE', `/api/orders/${order.id}`)).status, 204);
  assert.equal((await other.pay((await other.reserve(ticket.id)).id)).status, 201);
}

async function payWith3DSecure(url: string, seller: ShopClient, buyer: ShopClient): Promise<void> {
  const order = await buyer.reserve((await seller.listTicket()).id);
  const { body } = await buyer.pay(order.id, 'tok_threeDSecure2Required');
  assert.equal(body.status, 'requires_action');
  const bank = `${url}${new URL(body.nextActionUrl ?? '').pathname}`;
  const html = await (await fetch(bank)).text();
  const action = [...html.matchAll(/<form[^>]*action="([^"]+)"/g)]
    .map(([, path]) => path)
    .find((path) => path?.includes('approve'));
  const button = /name="(\w+)" value="(approve\w*)"/.exec(html);
  await fetch(new URL(action ?? bank, bank), {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams(button ? { [button[1] ?? '']: button[2] ?? '' } : {}),
  });
  await buyer.waitForOrder(order.id, complete);
}

/** Of 100 requests for one ticket at once, one succeeds. */
async function competeForTicket(url: string, seller: ShopClient): Promise<void> {
  const ticket = await seller.listTicket();
  const buyers = await Promise.all(Array.from({ length: 10 }, () => new ShopClient(url).signUp()));
  const responses = await Promise.all(
    Array.from({ length: 100 }, (_, i) =>
      (buyers[i % 10] ?? seller).send<Order & ErrorBody>('POST', '/api/orders', { ticketId: ticket.id }),
    ),
  );
  assert.equal(responses.filter(({ status }) => status === 201).length, 1);
  assert.deepEqual(
    [...new Set(responses.map(({ status }) => status))].filter((status) => status > 201),
    [409],
  );
}

async function refund(seller: ShopClient, buyer: ShopClient, order: Order): Promise<void> {
  assert.equal((await seller.send('POST', `/api/payments/${order.id}/refund`, {})).status, 202);
  await buyer.waitForOrder(order.id, ({ status }) => status === 'refunded');
}

async function endSession(user: ShopClient): Promise<void> {
  const copy = user.copySession();
  await user.send('POST', '/api/users/signout');
  for (const deadline = Date.now() + 10_000; ; await wait(100)) {
    if ((await copy.get('/api/orders')).status === 401) break;
    assert.ok(Date.now() < deadline, 'A session that was ended still works');
  }
}

/** Health, metrics and the ledger of the emulator must not be public. */
export async function checkPublicPaths(url: string): Promise<void> {
  assert.equal((await fetch(`${url}/`)).status, 200);
  for (const path of [
    '/healthz/ready',
    '/metrics',
    '/_emulator/ledger',
    '/stripe-emulator/_emulator/ledger',
  ]) {
    const response = await fetch(`${url}${path}`);
    const text = await response.text();
    assert.ok(!/process_cpu_seconds_total|requires_capture|"database"/.test(text), `${path} is public`);
  }
}
