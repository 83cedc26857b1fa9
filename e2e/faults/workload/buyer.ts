import type { ErrorBody, Order, Payment } from '../../shop/shop-client.ts';
import type { Client } from './client.ts';
import { randomKey, sendWithRetry } from './client.ts';
import type { Market } from './market.ts';

const HOT_TICKETS = 5;
const BANK_TIMEOUT_MS = 6_000;
const cardTokens = {
  visa: 'tok_visa',
  declined: 'tok_chargeDeclined',
  authentication: 'tok_threeDSecure2Required',
  twice: 'tok_visa',
};

/** Reserves tickets, mostly the same few, and pays, cancels or abandons the orders, until the workload stops. */
export async function runBuyer(market: Market, buyer: Client): Promise<void> {
  const { forSale, stop } = market;
  const { random } = buyer;
  while (!stop.aborted) {
    const hot = forSale.slice(0, HOT_TICKETS);
    const ticketId =
      random.chance(0.8) && hot.length > 0 ? random.pick(hot) : forSale.length > 0 && random.pick(forSale);
    if (ticketId) await purchase(market, buyer, ticketId);
    await market.pause(random.between(30, 250));
  }
}

async function purchase(market: Market, buyer: Client, ticketId: string): Promise<void> {
  const { random } = buyer;
  const order = await reserve(market, buyer, ticketId);
  if (!order) return;
  await market.pause(random.between(0, 200));
  const action = random.weighted({ pay: 74, cancel: 9, abandon: 7, payLate: 5, payAndCancel: 5 });
  if (action === 'cancel') await cancel(market, buyer, order.id);
  if (action === 'pay') await pay(market, buyer, order.id);
  if (action === 'payLate') {
    await market.pause(Date.parse(order.expiresAt) - Date.now() - random.between(0, 120));
    await pay(market, buyer, order.id);
  }
  if (action === 'payAndCancel') {
    const cancelled = market.pause(random.between(0, 60)).then(() => cancel(market, buyer, order.id));
    await Promise.all([pay(market, buyer, order.id), cancelled]);
  }
  const decided = await pollOrder(market, buyer, order.id, action === 'abandon' ? 2 : 6);
  if (decided?.status === 'complete') {
    market.removeFromSale(ticketId);
    market.sales.push({ orderId: order.id, seller: market.sellerOf.get(ticketId)?.name ?? '' });
  }
}

async function reserve(market: Market, buyer: Client, ticketId: string): Promise<Order | undefined> {
  const { random } = buyer;
  const key = randomKey(random);
  const { call, body } = await sendWithRetry(random, () =>
    market.send<Order>(buyer, 'reserve', 'POST', '/api/orders', { ticketId }, key),
  );
  if (['ticket_sold', 'ticket_withdrawn'].includes(call.code ?? '')) market.removeFromSale(ticketId);
  return body;
}

function cancel(market: Market, buyer: Client, orderId: string) {
  return market.send(buyer, 'cancel', 'DELETE', `/api/orders/${orderId}`);
}

async function pay(market: Market, buyer: Client, orderId: string): Promise<void> {
  const { random } = buyer;
  const card = random.weighted({ visa: 70, declined: 10, authentication: 10, twice: 10 });
  const firstKey = randomKey(random);
  const attempt = (key = firstKey, token = cardTokens[card]) =>
    market.send<Payment & ErrorBody>(buyer, 'pay', 'POST', '/api/payments', { orderId, token }, key);
  const first =
    card === 'twice' ? (await Promise.all([attempt(), attempt(randomKey(random))]))[0] : await attempt();
  const last = first.call.outcome === 'unknown' ? await attempt() : first;
  if (card === 'declined' && random.chance(0.7)) await attempt(randomKey(random), 'tok_visa');
  const page = last.body?.nextActionUrl;
  if (page) await authenticate(market, page, random.chance(0.8) ? 'success' : 'failure');
}

/** Completes the 3-D Secure page of the emulator. */
async function authenticate({ run }: Market, page: string, outcome: 'success' | 'failure'): Promise<void> {
  const intent = new URL(page).pathname.split('/').at(-1);
  await fetch(`${run.emulatorUrl}/_emulator/intents/${intent}/authenticate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ outcome }),
    signal: AbortSignal.timeout(BANK_TIMEOUT_MS),
  }).catch(() => undefined); // the bank is unavailable: as if the buyer had closed its page
}

/** @returns the order once it is decided, or undefined after so many tries. */
async function pollOrder(
  market: Market,
  buyer: Client,
  orderId: string,
  tries: number,
): Promise<Order | undefined> {
  for (let attempt = 0; attempt < tries && !market.stop.aborted; attempt++) {
    const { body } = await market.send<Order>(buyer, 'show order', 'GET', `/api/orders/${orderId}`);
    if (body && !['created', 'awaiting:payment'].includes(body.status)) return body;
    await market.pause(150 * (attempt + 1));
  }
  return undefined;
}
