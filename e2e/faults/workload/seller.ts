import type { Ticket } from '../../shop/shop-client.ts';
import type { Client } from './client.ts';
import { randomKey, sendWithRetry } from './client.ts';
import type { Market } from './market.ts';
import { titlePrefix } from './market.ts';

const MAX_FOR_SALE = 40;

export async function listTicket(market: Market, seller: Client): Promise<void> {
  const { run, send, forSale, sellerOf } = market;
  const { random } = seller;
  const title = `${titlePrefix(run.seed)} ${market.nextTitle++}`;
  const price = randomPrice(seller);
  const key = randomKey(random);
  const { body } = await sendWithRetry(random, () =>
    send<Ticket>(seller, 'list', 'POST', '/api/tickets', { title, price }, key),
  );
  if (!body?.id) return;
  forSale.push(body.id);
  sellerOf.set(body.id, seller);
}

/** Lists, edits and withdraws tickets and refunds sales, one call after the other, until the workload stops. */
export async function runSeller(market: Market, seller: Client): Promise<void> {
  const { forSale, sales, sellerOf, stop, send } = market;
  const { random } = seller;
  while (!stop.aborted) {
    const own = forSale.filter((id) => sellerOf.get(id) === seller);
    const action =
      forSale.length < MAX_FOR_SALE / 2
        ? 'list'
        : random.weighted({ list: 4, edit: 3, withdraw: 1, refund: 1 });
    const sale = sales.find((one) => one.seller === seller.name);
    if (action === 'edit' && own.length > 0) await editTicket(market, seller, random.pick(own));
    else if (action === 'withdraw' && own.length > 0) await withdrawTicket(market, seller, random.pick(own));
    else if (action === 'refund' && sale) {
      sales.splice(sales.indexOf(sale), 1);
      await send(seller, 'refund', 'POST', `/api/payments/${sale.orderId}/refund`, {});
    } else if (forSale.length < MAX_FOR_SALE) await listTicket(market, seller);
    await market.pause(random.between(200, 1_000));
  }
}

async function editTicket(market: Market, seller: Client, id: string): Promise<void> {
  const price = randomPrice(seller);
  const title = `${titlePrefix(market.run.seed)} edited ${market.nextTitle++}`;
  await market.send(seller, 'edit', 'PUT', `/api/tickets/${id}`, { title, price });
}

async function withdrawTicket(market: Market, seller: Client, id: string): Promise<void> {
  const { call } = await market.send(seller, 'withdraw', 'DELETE', `/api/tickets/${id}`);
  if (call.outcome === 'ok') market.removeFromSale(id);
}

function randomPrice({ random }: Client): number {
  return (100 + random.below(20_000)) / 100;
}
