import { mongo } from 'mongoose';
import type { Timeline } from '@ticketing/common/ops';
import { commandRedis } from '../shop/command-redis.ts';
import { runSource } from '../shop/run-source.ts';
import type { Order, ShopClient } from '../shop/shop-client.ts';
import { waitUntilQuiescent } from '../shop/snapshot.ts';
import { useShop } from '../shop/use-shop.ts';

const RESERVATION_SECONDS = 60;
const PATIENCE_MS = 600_000;
const shop = useShop({ env: { orders: { RESERVATION_SECONDS: String(RESERVATION_SECONDS) } } });
let seller: ShopClient;
let buyer: ShopClient;
/** An order that its buyer leaves unpaid, and one that is paid and refunded. */
let unpaid: Order;
let refunded: Order;

/** Runs what `npm run ops` runs, for this shop. */
function ops(...args: string[]) {
  return runSource('infra/local/src/ops.ts', ...args, '--folder', shop.folder);
}

async function timelineOf(kind: string, id: string): Promise<Timeline> {
  const { stdout, stderr } = await ops(kind, id, '--json');
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Timeline;
}

const differencesOf = ({ findings, inProgress }: Timeline) => [...findings, ...inProgress];

/** The versions and the timers that happened, in the order of their times. */
const versionsIn = ({ moments }: Timeline) =>
  moments
    .filter(({ version, kind }) => version !== undefined || kind === 'timer')
    .map(({ service, what }) => `${service}: ${what}`);

beforeAll(async () => {
  [seller, buyer] = await Promise.all([shop.newClient().signUp(), shop.newClient().signUp()]);
  unpaid = await buyer.reserve((await seller.listTicket()).id);
});

describe('npm run ops', () => {
  it(
    'lists every hop of a sale and its refund with its time, although services were killed in between',
    async () => {
      const ticket = await seller.listTicket({ price: 42.5 });
      const { id } = await buyer.reserve(ticket.id);
      await waitUntilQuiescent(shop); // otherwise the authorization may come before the ticket is reserved
      shop.kill('tickets');
      await buyer.pay(id);
      shop.kill('orders');
      await buyer.waitForOrder(id, ({ status }) => status === 'complete');
      await waitUntilQuiescent(shop); // payments may not know yet that the order is complete, and refuse the refund
      shop.kill('payments');
      const refund = await seller.sendWithRetry('POST', `/api/payments/${id}/refund`, {});
      expect([200, 202]).toContain(refund.status);
      refunded = await buyer.waitForOrder(id, ({ status }) => status === 'refunded');
      await waitUntilQuiescent(shop);

      const timeline = await timelineOf('order', id);

      expect([differencesOf(timeline), timeline.problems, timeline.verdict]).toEqual([[], [], 'consistent']);
      expect(versionsIn(timeline)).toEqual([
        'tickets: ticket listed',
        'orders: order created',
        `tickets: ticket reserved for order ${id}`,
        'payments: payment authorized',
        'orders: order awaiting:payment',
        'payments: payment captured',
        'orders: order complete',
        `tickets: ticket sold for order ${id}`,
        'payments: payment refunded 4250 returned',
        'orders: order refunded',
        'tickets: ticket withdrawn',
      ]);
      const texts = timeline.moments.map(({ what }) => what);
      const intent =
        timeline.states
          .find(({ kind }) => kind === 'payment')
          ?.text.split(', ')
          .at(-1) ?? '';
      expect(texts).toEqual(
        expect.arrayContaining([
          ...['order created, ticket confirmed', 'card attempt 1', 'refund of 4250 usd requested'],
        ]),
      );
      const times = timeline.moments.map(({ at }) => at);
      expect(times).toEqual([...times].sort());
      expect((await timelineOf('payment', intent)).moments).toEqual(timeline.moments);
    },
    PATIENCE_MS,
  );

  it(
    'names a dead letter about the order, and exits with 3',
    async () => {
      const client = await new mongo.MongoClient(shop.urlOf('mongod-tickets')).connect();
      const deadLetters = client.db().collection<{ _id: string }>('deadletters');
      const event = { id: `order:${refunded.id}:3`, data: { id: refunded.id } };
      const about = { channel: 'order:updated', event, error: 'no such field', attempts: 10, at: new Date() };
      await deadLetters.insertOne({ _id: 'order:updated:9999', ...about });
      try {
        const { status, stdout } = await ops('order', refunded.id);

        expect(status).toBe(3);
        expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
          `- I8 tickets could not handle order:updated (${event.id}), dead letter order:updated:9999: no such field`,
        );
        expect(stdout).toMatch(/\ninconsistent: 1 finding\n$/);
        expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
      } finally {
        await deadLetters.deleteOne({ _id: 'order:updated:9999' });
        await client.close();
      }
    },
    PATIENCE_MS,
  );

  it(
    'names the missing timer of a reservation that is live',
    async () => {
      for (;;) {
        const { id } = await buyer.reserve((await seller.listTicket()).id);
        await waitUntilQuiescent(shop);
        await commandRedis(shop.urlOf('redis'), `DEL bull:order-expiration:${id}`);
        const found = differencesOf(await timelineOf('order', id));
        if (found.includes(`order ${id} has no timer; the sweeper of orders ends it at its time`)) break;
        // On a busy machine the reservation may be over before it is read.
        await buyer.waitForOrder(id, ({ status }) => status === 'cancelled');
      }
    },
    PATIENCE_MS,
  );

  it(
    'lists how a reservation expires: its timer fires, the order ends, the ticket is free again',
    async () => {
      await buyer.waitForOrder(unpaid.id, ({ status }) => status === 'cancelled');
      await waitUntilQuiescent(shop);

      const timeline = await timelineOf('order', unpaid.id);

      expect(differencesOf(timeline)).toEqual([]);
      expect(versionsIn(timeline)).toEqual(
        expect.arrayContaining(['orders: order cancelled (expired)', 'tickets: ticket available']),
      );
      expect(versionsIn(timeline)).toContain('expiration: timer fired');
    },
    PATIENCE_MS,
  );

  it(
    'exits with 1 for an unknown id, and with 2 and the usage for a misspelled command',
    async () => {
      const unknown = 'f'.repeat(24);

      expect(await ops('order', unknown)).toMatchObject({
        status: 1,
        stderr: `No order ${unknown} was found.\n`,
      });
      expect(await ops('ordr', unknown)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('Unknown command: ordr\n\nUsage: npm run ops --'),
      });
    },
    PATIENCE_MS,
  );
});
