import type { EventBus, EventData } from '@ticketing/common';
import { cloudEvent, connectToEvents, createLogger } from '@ticketing/common';
import type { Order, Ticket } from '../../shop/shop-client.ts';
import type { Client, Run } from './client.ts';
import { randomKey } from './client.ts';
import type { Market } from './market.ts';
import { titlePrefix } from './market.ts';

const PRICE = 50;

/** Lists the ticket of the forger, which no other buyer finds. */
export async function listForgersTicket(market: Market, seller: Client): Promise<string | undefined> {
  const { run, send } = market;
  const listing = { title: `${titlePrefix(run.seed)} forged`, price: PRICE };
  const key = randomKey(seller.random);
  const { body } = await send<Ticket>(seller, 'list', 'POST', '/api/tickets', listing, key);
  return body?.id;
}

/**
 * Reserves the same ticket again and again, never pays, and publishes in the name of payments that another amount was
 * authorized and captured. Each of these orders must expire, because nothing was charged.
 */
export async function runForger(market: Market, forger: Client, ticketId: string): Promise<void> {
  const { run, stop, send } = market;
  const bus = await connectForger(run);
  try {
    while (!stop.aborted) {
      const key = randomKey(forger.random);
      const { body: order } = await send<Order>(forger, 'reserve', 'POST', '/api/orders', { ticketId }, key);
      await market.pause(500); // until tickets has confirmed the reservation
      if (order) await forgePayment(market, bus, { orderId: order.id, userId: forger.userId });
      await market.pause(1_000);
    }
  } finally {
    await bus.close();
  }
}

function connectForger({ eventBus, brokerUrl: url, seed }: Run): Promise<EventBus> {
  return connectToEvents({
    eventBus,
    url,
    clusterId: 'ticketing',
    clientId: `forger-${seed}`,
    group: 'forger',
    deadLetters: async () => undefined,
    log: createLogger('forger', 'silent'),
  });
}

/** The second event waits for the first to take effect, because the two channels have no common order. */
async function forgePayment(
  market: Market,
  bus: EventBus,
  about: { orderId: string; userId: string },
): Promise<void> {
  const data: EventData<'payment:created'> = {
    ...about,
    id: about.orderId,
    version: 1,
    status: 'authorized',
    amount: PRICE * 100 - 1,
    currency: 'usd',
    refundedAmount: 0,
  };
  const envelope = (version: number) => ({
    id: `forged:${about.orderId}:${version}`,
    source: 'payments',
    subject: about.orderId,
  });
  const ignore = () => undefined; // the broker is unavailable: forge the next one
  await bus.publish(cloudEvent('payment:authorized', envelope(1), data)).catch(ignore);
  await market.pause(500);
  const captured = { ...data, version: 2, status: 'captured' } as const;
  await bus.publish(cloudEvent('payment:created', envelope(2), captured)).catch(ignore);
}
