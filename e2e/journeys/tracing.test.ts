import { eventually } from '@ticketing/common/testing';
import { startShop } from '../shop/shop.ts';
import type { Order, ShopClient } from '../shop/shop-client.ts';
import { findViolations, waitUntilQuiescent } from '../shop/snapshot.ts';
import type { Span, TraceSink } from '../shop/trace-sink.ts';
import { startTraceSink } from '../shop/trace-sink.ts';
import { useResource } from '../shop/use-shop.ts';

let sink: TraceSink;
const shop = useResource(
  async () => {
    sink = await startTraceSink();
    const all = {
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_TRACES_SAMPLER: 'parentbased_always_on',
      OTEL_BSP_SCHEDULE_DELAY: '100',
    };
    return startShop({ env: { all } });
  },
  async (shop) => {
    try {
      expect(findViolations(await waitUntilQuiescent(shop))).toEqual([]);
    } finally {
      await shop.destroy();
      sink.close();
    }
  },
);

let seller: ShopClient;
let buyer: ShopClient;
beforeAll(async () => {
  [seller, buyer] = await Promise.all([shop.newClient().signUp(), shop.newClient().signUp()]);
}, 300_000);

let traces = 0;
/** A trace that a client starts. */
function aTrace() {
  traces += 1;
  const traceId = String(traces).padStart(32, 'a');
  return { traceId, headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` } };
}

const spansOf = (traceId: string) => sink.spans.filter((span) => span.traceId === traceId);
const labelOf = ({ program, name }: Span) => `${program}: ${name}`;

/** The spans whose parent is none of the shop: the client's own. */
function withoutParent(traceId: string): string[] {
  const spans = spansOf(traceId);
  const ids = new Set(spans.map(({ spanId }) => spanId));
  return spans
    .filter(({ parentSpanId = '' }) => !ids.has(parentSpanId))
    .map(labelOf)
    .sort();
}

/** Waits for the spans, each once or more. */
async function traceWith(traceId: string, labels: string[]): Promise<void> {
  await eventually(() => {
    const found = new Set(spansOf(traceId).map(labelOf));
    return labels.every((label) => found.has(label));
  }).catch(() => expect(spansOf(traceId).map(labelOf)).toEqual(expect.arrayContaining(labels)));
}

describe('a purchase', () => {
  it('is one trace over router, orders, tickets, payments and Stripe', async () => {
    const { traceId, headers } = aTrace();
    const ticket = await seller.listTicket();

    const order = await buyer.send<Order>('POST', '/api/orders', { ticketId: ticket.id }, headers);
    expect(order.status).toBe(201);
    const payment = { orderId: order.body.id, token: 'tok_visa' };
    expect((await buyer.send('POST', '/api/payments', payment, headers)).status).toBe(201);
    await buyer.waitForOrder(order.body.id, ({ status }) => status === 'complete');

    await traceWith(traceId, [
      'router: POST /api/orders',
      'orders: POST /api/orders',
      'orders: insert orders',
      'orders: publish order:created',
      'tickets: handle order:created',
      'tickets: update tickets',
      'tickets: publish ticket:updated',
      'orders: handle ticket:updated',
      'payments: handle order:created',
      'expiration: handle order:created',
      'router: POST /api/payments',
      'payments: POST /api/payments',
      'payments: POST /v1/payment_intents',
      'emulator: POST /v1/payment_intents',
      'payments: publish payment:authorized',
      'orders: handle payment:authorized',
      'payments: handle order:updated',
      'payments: POST /v1/payment_intents/:id/capture',
      'emulator: POST /v1/payment_intents/:id/capture',
      'orders: handle payment:created',
      'tickets: handle order:updated',
    ]);
    // A program sends a span when it has ended, so a parent may arrive after its children.
    await eventually(() => withoutParent(traceId).length === 2).catch(() => undefined);
    expect(withoutParent(traceId)).toEqual(['router: POST /api/orders', 'router: POST /api/payments']);
  }, 300_000);

  it('stays one trace when orders crashes between the commit and the publish', async () => {
    const { traceId, headers } = aTrace();
    const ticket = await seller.listTicket();
    await buyer.reserve((await seller.listTicket()).id); // orders knows the ticket that was listed before this one

    await shop.hold(shop.broker, 'SIGKILL');
    try {
      const order = await buyer.send<Order>('POST', '/api/orders', { ticketId: ticket.id }, headers);
      expect(order.status).toBe(201);
      shop.kill('orders');
    } finally {
      shop.resume(shop.broker);
    }

    await traceWith(traceId, [
      'router: POST /api/orders',
      'orders: publish order:created',
      'tickets: handle order:created',
      'tickets: publish ticket:updated',
      'orders: handle ticket:updated',
      'payments: handle order:created',
    ]);
  }, 300_000);
});
