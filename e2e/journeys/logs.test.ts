import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import { eventually } from '@ticketing/common/testing';
import { findSecretsInLogs, keysOf } from '../shop/log-secrets.ts';
import type { Order, ShopClient, Ticket } from '../shop/shop-client.ts';
import { waitUntilQuiescent } from '../shop/snapshot.ts';
import { useShop } from '../shop/use-shop.ts';

const ENTRY_CODE = 'DOOR-48151623';
const NEW_PASSWORD = 'a plum tree in October';
const WRONG_PASSWORD = 'a pear tree in October';
const CLIENT_ADDRESS = '127.81.92.103';
const CARDS = [
  'tok_visa',
  'tok_chargeDeclinedInsufficientFunds',
  'tok_threeDSecure2Required',
  'tok_unknown31415926',
] as const;

/** The most that can be logged. */
const shop = useShop({ sharedMongod: false, env: { all: { LOG_LEVEL: 'debug' } } });
const cookies: string[] = [];
const clientSecrets: string[] = [];
const complete = ({ status }: Order) => status === 'complete';

/** Every operation of the stores is a slow one. */
async function logSlowQueries() {
  for (const { name } of shop.processes().filter(({ name }) => name.startsWith('mongod-'))) {
    const client = await new mongo.MongoClient(shop.urlOf(name)).connect();
    await client.db().command({ profile: 0, slowms: -1 });
    await client.close();
  }
}

/** A sign-in whose cookie the test knows. */
async function signIn(user: ShopClient, password = user.password) {
  const { email } = user;
  const response = await user.sendWithRetry('POST', '/api/users/signin', { email, password });
  cookies.push(...response.headers.getSetCookie().map((cookie) => cookie.split(/[=;]/)[1] ?? ''));
  return response.status;
}

/** The token in the cookie of a session; undefined for the cookie of a device. */
function tokenIn(cookie: string): string | undefined {
  return /"jwt":"([^"]+)"/.exec(Buffer.from(cookie, 'base64').toString())?.[1];
}

/** A sign-in with a wrong password from an address that no program of the shop has. */
async function signInFrom(localAddress: string, email: string) {
  const headers = { 'Content-Type': 'application/json', 'X-Forwarded-For': localAddress };
  const url = `${shop.url.replace('localhost', '127.0.0.1')}/api/users/signin`;
  const request = httpRequest(url, { method: 'POST', localAddress, headers });
  request.end(JSON.stringify({ email, password: WRONG_PASSWORD }));
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

async function sendWebhook(secret: string) {
  const body = JSON.stringify({ id: 'evt_1', object: 'event', type: 'charge.updated', data: { object: {} } });
  const at = Math.floor(Date.now() / 1_000);
  const signature = `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
  const headers = { 'stripe-signature': signature };
  return (await shop.newClient().send('POST', '/api/payments/webhook', body, headers)).status;
}

/** Buys one ticket with a declined card first, one whose sale the seller refunds, and opens one form for a card. */
async function buyAndRefund(seller: ShopClient, buyer: ShopClient) {
  const [declined, refunded, open] = await Promise.all(
    [1, 2, 3].map(async () => (await buyer.reserve((await seller.listTicket({ secret: ENTRY_CODE })).id)).id),
  );
  expect((await buyer.pay(declined ?? '', CARDS[3])).status).toBeGreaterThanOrEqual(400);
  expect((await buyer.pay(declined ?? '', CARDS[1])).status).toBe(402);
  for (const orderId of [declined ?? '', refunded ?? '']) {
    await buyer.pay(orderId, CARDS[0]);
    await buyer.waitForOrder(orderId, complete);
  }
  const { body } = await buyer.send<{ clientSecret?: string }>('POST', '/api/payments', { orderId: open });
  clientSecrets.push(body.clientSecret ?? '');
  await buyer.pay(open ?? '', CARDS[2]);
  await waitUntilQuiescent(shop);
  const refund = await seller.sendWithRetry('POST', `/api/payments/${refunded}/refund`, {});
  expect([200, 202]).toContain(refund.status);
  const { ticket } = (await buyer.get<Order>(`/api/orders/${declined}`)).body;
  expect((await buyer.get<Ticket>(`/api/tickets/${ticket.id}`)).body.secret).toBe(ENTRY_CODE);
}

/** What an attacker and a confused user do, and what makes services log errors. */
async function misuse(seller: ShopClient, buyer: ShopClient) {
  const { email, password } = buyer;
  expect(await signIn(buyer, WRONG_PASSWORD)).toBe(400);
  expect(await signInFrom(CLIENT_ADDRESS, email)).toBe(400);
  expect((await shop.newClient().send('POST', '/api/users/signup', { email, password })).status).toBe(400);
  await shop.newClient().send('POST', '/api/users/signin', `{"email":"${email}","password":"${password}"`);
  expect((await shop.newClient().get('/api/orders')).status).toBe(401);
  expect(await sendWebhook('whsec_of_someone_else')).toBe(400);
  shop.kill('mongod-auth');
  await Promise.all(
    [seller, buyer].map(({ email, password }) =>
      shop.newClient().sendWithRetry('POST', '/api/users/signin', { email, password }),
    ),
  );
}

async function changePasswordAndSignOut(seller: ShopClient, buyer: ShopClient) {
  const change = { currentPassword: buyer.password, newPassword: NEW_PASSWORD };
  expect((await buyer.send('PUT', '/api/users/password', change)).status).toBe(200);
  expect((await buyer.send('POST', '/api/users/signout-everywhere', {})).status).toBe(200);
  expect((await seller.send('POST', '/api/users/signout', {})).status).toBe(200);
}

function securityEvents(): Set<string> {
  const lines = shop
    .processes()
    .flatMap(({ name }) => readFileSync(join(shop.folder, 'logs', `${name}.log`), 'utf8').split('\n'))
    .filter((line) => line.includes('"log":"security"'));
  return new Set(lines.map((line) => (JSON.parse(line) as { event: string }).event));
}

describe('the logs of all programs', () => {
  const seller = () => users[0] as ShopClient;
  const buyer = () => users[1] as ShopClient;
  let users: ShopClient[];

  beforeAll(async () => {
    await logSlowQueries();
    users = await Promise.all([shop.newClient().signUp(), shop.newClient().signUp()]);
    for (const user of users) expect(await signIn(user)).toBe(200);
    await buyAndRefund(seller(), buyer());
    await misuse(seller(), buyer());
    await changePasswordAndSignOut(seller(), buyer());
    await eventually(() => securityEvents().has('sign_out')); // a line is written a little after its response
  }, 600_000);

  it('contain no password, token, cookie, address, card token, entry code, client secret or key', () => {
    const tokens = cookies.flatMap((cookie) => tokenIn(cookie) ?? []);
    expect(tokens).toHaveLength(2);
    const values = (what: string, all: string[]) =>
      Object.fromEntries(all.map((value, i) => [`${what} ${i + 1}`, value]));
    const secrets = {
      ...keysOf(shop.folder),
      ...values('password', [seller().password, NEW_PASSWORD, WRONG_PASSWORD]),
      ...values('e-mail address', [seller().email, buyer().email]),
      ...values('IP address', [CLIENT_ADDRESS]),
      ...values('cookie', cookies),
      ...values('token', tokens),
      ...values('card token', [...CARDS]),
      ...values('entry code', [ENTRY_CODE]),
      ...values('client secret', clientSecrets),
    };

    expect(Object.values(secrets).every((value) => value.length >= 8)).toBe(true);
    expect(findSecretsInLogs(shop.folder, secrets)).toEqual([]);
  });

  it('contain the security events of the purchases', () => {
    const expected = [
      'sign_up',
      'sign_in',
      'sign_in_failed',
      'password_changed',
      'sign_out',
      'sign_out_everywhere',
    ];

    expect([...securityEvents()]).toEqual(
      expect.arrayContaining([...expected, 'refused', 'refund', 'webhook_refused']),
    );
  });
});
