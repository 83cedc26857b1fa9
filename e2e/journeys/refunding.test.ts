import { eventually } from '@ticketing/common/testing';
import { runBuiltAuthProgram, runSource } from '../shop/run-source.ts';
import type { ErrorBody, Order, Payment, ShopClient, Ticket } from '../shop/shop-client.ts';
import { readLedger, waitUntilQuiescent } from '../shop/snapshot.ts';
import { useShop } from '../shop/use-shop.ts';

const shop = useShop();
let seller: ShopClient;
let buyer: ShopClient;

beforeAll(async () => {
  [seller, buyer] = await Promise.all([shop.newClient().signUp(), shop.newClient().signUp()]);
});

type Sale = { orderId: string; ticketId: string; intentId: string };

/** Tickets for 42.50 USD that the buyer owns, with their entry codes. */
async function sales(count: number): Promise<Sale[]> {
  const sold = await Promise.all(
    Array.from({ length: count }, async () => {
      const { id: ticketId } = await seller.listTicket({ price: 42.5, secret: 'A1B2' });
      const { id: orderId } = await buyer.reserve(ticketId);
      await buyer.pay(orderId);
      return { orderId, ticketId };
    }),
  );
  await waitUntilQuiescent(shop); // nothing is recorded before the order is complete
  const ledger = await readLedger(shop);
  return sold.map((sale) => ({
    ...sale,
    intentId: ledger.find(({ metadata }) => metadata.orderId === sale.orderId)?.id ?? '',
  }));
}

/** What people do at Stripe's dashboard and at the buyer's bank. */
async function actAtStripe(path: string, body: object): Promise<{ id: string }> {
  const response = await fetch(`${shop.urlOf('emulator')}/_emulator${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as { id: string };
}

/** Runs what `npm run reconcile` runs, for this shop, and returns the differences that it prints. */
async function reconcile(): Promise<{ orderId: string; what: string }[]> {
  const { status, stdout, stderr } = await runSource('infra/local/src/reconcile.ts', shop.folder);
  if (status > 1) throw new Error(stderr); // it exits with 1 when it finds a difference
  return JSON.parse(stdout) as { orderId: string; what: string }[];
}

const read = async <T>(user: ShopClient, path: string) => (await user.get<T>(path)).body;
const refunded = ({ status }: Order) => status === 'refunded';
const seenBy = (user: ShopClient, { ticketId }: Sale) => read<Ticket>(user, `/api/tickets/${ticketId}`);

/** The order as its buyer sees it, and the payment as both see it, once the order has what is expected of its payment. */
async function shownOf({ orderId }: Sale, payment: object) {
  const expected = expect.objectContaining(payment) as { asymmetricMatch(actual: unknown): boolean };
  const order = await buyer.waitForOrder(orderId, (seen) => expected.asymmetricMatch(seen.payment));
  const path = `/api/payments/${orderId}`;
  return { order, payments: [await read<Payment>(buyer, path), await read<Payment>(seller, path)] };
}

describe.each([
  ['with its webhook', true],
  ['whose webhook is lost, found by one run of npm run reconcile,', false],
])('what happens at Stripe without the shop, %s', (_, webhooks) => {
  let whole: Sale, part: Sale, disputed: Sale;
  let disputeId: string;
  const evidenceDueBy = '2027-01-15T08:00:00.000Z';

  /** Without webhooks, one reconciliation finds exactly what happened to these sales since the last one. */
  async function expectFound(...sold: Sale[]) {
    const found = webhooks ? [] : (await reconcile()).map(({ orderId }) => orderId);
    expect(found.sort()).toEqual(webhooks ? [] : sold.map(({ orderId }) => orderId).sort());
  }

  beforeAll(async () => {
    [whole, part, disputed] = (await sales(3)) as [Sale, Sale, Sale];
    expect(await seenBy(buyer, whole)).toMatchObject({ status: 'sold', secret: 'A1B2' });
    await actAtStripe(`/intents/${whole.intentId}/refund`, { webhooks });
    await actAtStripe(`/intents/${part.intentId}/refund`, { amount: 1_000, webhooks });
    const due_by = Date.parse(evidenceDueBy) / 1_000;
    ({ id: disputeId } = await actAtStripe(`/intents/${disputed.intentId}/dispute`, { due_by, webhooks }));
    await expectFound(whole, part, disputed);
  }, 180_000);

  it('a full refund makes the order refunded and hides the entry code from the buyer again', async () => {
    const order = await buyer.waitForOrder(whole.orderId, refunded);

    expect(order.payment).toMatchObject({ status: 'refunded', refundedAmount: 42.5 });
    await waitUntilQuiescent(shop);
    expect(await seenBy(buyer, whole)).not.toHaveProperty('secret');
    expect(await seenBy(seller, whole)).toMatchObject({ status: 'withdrawn', secret: 'A1B2' });
  });

  it('a refund of a part is shown to buyer and seller, and the buyer keeps ticket and entry code', async () => {
    const returned = { status: 'captured', refundedAmount: 10 };

    const { order, payments } = await shownOf(part, returned);

    expect(order).toMatchObject({ status: 'complete' });
    expect(payments).toMatchObject([returned, returned]);
    await waitUntilQuiescent(shop);
    expect(await seenBy(buyer, part)).toMatchObject({ status: 'sold', secret: 'A1B2' });
  });

  it('a dispute is shown to buyer and seller with its deadline, and the buyer keeps ticket and entry code', async () => {
    const dispute = { id: disputeId, status: 'needs_response', amount: 42.5, evidenceDueBy };

    const { order, payments } = await shownOf(disputed, { status: 'captured', dispute });

    expect(order).toMatchObject({ status: 'complete' });
    expect(payments).toMatchObject([{ dispute }, { dispute }]);
    await waitUntilQuiescent(shop);
    expect(await seenBy(buyer, disputed)).toMatchObject({ status: 'sold', secret: 'A1B2' });
  });

  it('a dispute that is lost makes the order refunded and hides the entry code from the buyer again', async () => {
    await actAtStripe(`/disputes/${disputeId}`, { status: 'lost', webhooks });
    await expectFound(disputed);

    const order = await buyer.waitForOrder(disputed.orderId, refunded);

    expect(order).toMatchObject({ reason: 'dispute_lost', payment: { dispute: { status: 'lost' } } });
    expect(await read<Payment>(seller, `/api/payments/${disputed.orderId}`)).toMatchObject({
      ...{ status: 'refunded', refundedAmount: 42.5, dispute: { status: 'lost' } },
    });
    await waitUntilQuiescent(shop);
    expect(await seenBy(buyer, disputed)).not.toHaveProperty('secret');
  });
});

describe('a seller who refunds sales', () => {
  it('cannot list tickets after the third refund, until an operator lifts the suspension', async () => {
    const seller = await shop.newClient().signUp();
    const buyer = await shop.newClient().signUp();
    const sell = async () => {
      const order = await buyer.reserve((await seller.listTicket()).id);
      await buyer.pay(order.id);
      return buyer.waitForOrder(order.id, ({ status }) => status === 'complete');
    };
    const conduct = async () => (await seller.get<{ refunds: number }>('/api/users/selling')).body;
    const list = (title: string) =>
      seller.send<Ticket & ErrorBody>('POST', '/api/tickets', { title, price: 20 });
    for (const refunds of [1, 2, 3]) {
      const { id } = await sell();
      await waitUntilQuiescent(shop);
      await seller.send('POST', `/api/payments/${id}/refund`, {});
      await buyer.waitForOrder(id, ({ status }) => status === 'refunded');
      // Auth handles the refund beside orders, which the buyer sees.
      await eventually(async () => (await conduct()).refunds === refunds);
      expect(await conduct()).toEqual({ refunds, limit: 3, days: 90, suspended: refunds === 3 });
    }

    await eventually(async () => (await list('Hamlet')).status === 403);
    expect((await list('Hamlet')).body.errors[0]?.code).toBe('selling_suspended');

    const lift = () => runBuiltAuthProgram(shop.folder, 'lift-suspension', seller.email);
    expect(await lift()).toMatchObject({
      status: 0,
      stdout: `${seller.email} may list tickets again\n`,
    });
    expect((await lift()).status).toBe(1);
    // The running service finds the event in its outbox and publishes it.
    await eventually(async () => (await list('Hamlet')).status === 201);
  });
});
