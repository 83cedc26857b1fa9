// npm run cluster:operating: an operator's journey in Chromium, on the cluster in KUBECONFIG, where the overlay already runs
// (OVERLAY as in journeys.ts): the role by the program in the image, an order and its timeline, a suspension, a listing that is
// taken down and restored, a dead letter, a refund that payments missed, and the audit log by its program. The screenshots go
// to the folder of the first argument (default e2e/results/operating).
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { mongo } from 'mongoose';
import { chromium } from 'playwright-core';
import { chromiumFlags, chromiumPath, noChromium } from '../browser/chromium.ts';
import type { Order } from '../shop/shop-client.ts';
import { ShopClient } from '../shop/shop-client.ts';
import { readLedger } from '../shop/snapshot.ts';
import { deploy, inPod, withEndpoints } from './deployment.ts';
import { isStaging, print } from './target.ts';

assert.ok(chromiumPath, noChromium);
process.env['APPLY'] = '0';
const folder = process.argv[2] ?? join(import.meta.dirname, '../results/operating');
mkdirSync(folder, { recursive: true });
const { url } = await deploy();
// The shop refuses forms from another origin than its own, which no name server knows.
const origin = isStaging ? 'https://staging.tickets.example' : 'http://ticketing.dev';
const address = new URL(url);
const rule = `--host-resolver-rules=MAP ${new URL(origin).hostname} ${address.host}`;
const browser = await chromium.launch({ executablePath: chromiumPath, args: [...chromiumFlags, rule] });
const viewport = { width: 1280, height: 900 };
const context = await browser.newContext({ baseURL: origin, ignoreHTTPSErrors: true, viewport });
context.setDefaultTimeout(60_000);
const page = await context.newPage();

const button = (name: string) => page.getByRole('button', { name, exact: true });
const link = (name: string) => page.getByRole('link', { name });
const heading = (name: string | RegExp) => page.getByRole('heading', { name });
let pictures = 0;

async function picture(what: string) {
  pictures += 1;
  const name = `${String(pictures).padStart(2, '0')}-${what.replaceAll(' ', '-')}.png`;
  await page.screenshot({ path: join(folder, name), fullPage: true });
  print(`${what}: ${name}`);
}

async function find(text: string) {
  await page.goto('/admin');
  await page.getByRole('searchbox').fill(text);
  await button('Find').click();
}

/** Gives the reason for an action of the console, and takes it. */
async function act(action: string, reason: string) {
  const form = page.locator('form').filter({ has: button(action) });
  await form.getByLabel('Reason').fill(reason);
  const answered = page.waitForResponse((response) => response.url().endsWith('/admin/act'));
  await form.getByRole('button').click();
  await answered;
  await heading('Done').waitFor();
}

/** Loads the page again until it shows all of these. */
async function shows(path: string, ...texts: (string | RegExp)[]) {
  for (const deadline = Date.now() + 60_000; ; await wait(500)) {
    await page.goto(path);
    const text = await page.getByRole('main').innerText();
    const missing = texts.filter((one) => (typeof one === 'string' ? !text.includes(one) : !one.test(text)));
    if (missing.length === 0) return;
    assert.ok(Date.now() < deadline, `${path} does not show ${missing.join(', ')}:\n${text}`);
  }
}

async function grantAndSignIn(user: ShopClient) {
  print(await inPod('auth', 'dist/operator.js', 'grant', user.email, 'on', 'call', 'this', 'week'));
  await page.goto('/auth/signin');
  await page.getByLabel('Email').fill(user.email);
  await page.getByLabel('Password', { exact: true }).fill(user.password);
  await button('Sign in').click();
  await page.waitForURL(({ pathname }) => !pathname.startsWith('/auth'));
  await page.goto('/account');
  await link('Console').click();
  await heading('Console').waitFor();
  await picture('console');
}

async function inspectOrder(orderId: string) {
  await find(orderId);
  await link(sold.title).click();
  await heading(`Order ${orderId}`).waitFor();
  await picture('order');
  await link('Timeline of all services').click();
  await heading(/^Timeline/).waitFor();
  await shows(`/admin/timelines/order/${orderId}`, /^consistent$/m, 'payment captured');
  await picture('timeline');
}

async function suspend(seller: ShopClient) {
  await find(seller.email);
  await link(seller.email).click();
  await act('Suspend the account', 'Forged tickets, two reports');
  await picture('suspended');
  const { email, password } = seller;
  const signIn = await new ShopClient(url).send('POST', '/api/users/signin', { email, password });
  assert.equal(signIn.status, 403);
  await act('Restore the account', 'The reports were a mistake.');
}

async function takeDownAndRestore(ticketId: string) {
  await page.goto(`/admin/listings/${ticketId}`);
  await act('Take down', 'The seat was sold twice.');
  await page.getByText('withdrawn, taken down').waitFor();
  await picture('taken down');
  await act('Restore the listing', 'The organizer confirms the seat.');
  await page.getByText('available', { exact: true }).waitFor();
  await picture('restored');
}

/** An event that no version can read, as orders stores it after its attempts. */
async function dropDeadLetter() {
  const id = `ticket:created:${900_000 + (Date.now() % 100_000)}`;
  const letter = {
    event: 'not JSON',
    channel: 'ticket:created',
    error: 'Error: odd',
    attempts: 11,
    at: new Date(),
  };
  await withEndpoints(async ({ urlOf }) => {
    const client = await new mongo.MongoClient(urlOf('mongod-orders')).connect();
    await client
      .db()
      .collection<{ _id: string }>('deadletters')
      .insertOne({ _id: id, ...letter });
    await client.close();
  });
  await page.goto('/admin/dead-letters');
  await picture('dead letters');
  await link(id).click();
  await act('Drop', 'A test wrote it.');
  assert.equal(await link(id).count(), 0);
}

/** A refund at Stripe whose webhook is lost: the reconciliation finds it, and records it. */
async function refundAtStripe(orderId: string) {
  await withEndpoints(async (endpoints) => {
    const ledger = await readLedger(endpoints);
    const intent = ledger.find(({ metadata }) => metadata.orderId === orderId)?.id;
    const refund = { amount: 100, webhooks: false };
    const response = await fetch(`${endpoints.urlOf('emulator')}/_emulator/intents/${intent}/refund`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(refund),
    });
    assert.ok(response.ok, await response.text());
  });
  await inPod('payments', 'dist/reconcile.js').catch(() => undefined); // exits with 1 when it finds a difference
  await shows('/admin/money', /returned at Stripe/, orderId);
  await picture('money');
}

const newUser = () => new ShopClient(url).signUp();
const [operator, seller, buyer] = await Promise.all([newUser(), newUser(), newUser()]);
const [sold, listed] = [await seller.listTicket(), await seller.listTicket({ title: 'Second seat' })];
const order = await buyer.reserve(sold.id);
assert.equal((await buyer.pay(order.id)).status, 201);
await buyer.waitForOrder(order.id, ({ status }: Order) => status === 'complete');
try {
  await grantAndSignIn(operator);
  await inspectOrder(order.id);
  await takeDownAndRestore(listed.id);
  await suspend(seller);
  await dropDeadLetter();
  await refundAtStripe(order.id);
  await shows('/admin', 'Forged tickets, two reports', 'The seat was sold twice.', 'A test wrote it.');
  await picture('latest actions');
} finally {
  await browser.close();
}
print(await inPod('auth', 'dist/audit-log.js', 'verify'));
console.log(`\nThe journey of an operator is complete; its pictures are in ${folder}.`);
