import { newId } from '../store/mongo.ts';
import type { Facts, Moment, OrderFact, PaymentFact, Subject, TicketFact } from './facts.ts';
import { timelineOf } from './timeline.ts';

const [orderId, ticketId, buyerId, sellerId] = [newId(), newId(), newId(), newId()];
const subject: Subject = { kind: 'order', id: orderId };
const readAt = '2026-11-28T12:10:00.000Z';
const secondsBefore = (seconds: number) => new Date(Date.parse(readAt) - seconds * 1_000).toISOString();

/** The facts of a sale that ended a minute ago, with changes. */
function factsOfSale({
  order = {},
  ticket = {},
  payment = {},
  intent = {},
  others = {},
}: {
  order?: Partial<OrderFact>;
  ticket?: Partial<TicketFact>;
  payment?: Partial<PaymentFact> & { order?: { version: number } };
  intent?: Partial<NonNullable<Facts['intents']>[number]>;
  others?: Partial<Record<string, Partial<Facts>>>;
} = {}): Facts[] {
  const soldOrder: OrderFact = {
    ...{ id: orderId, version: 4, status: 'complete', reason: null, buyerId, expiresAt: secondsBefore(-600) },
    ticket: { id: ticketId, amount: 4_250, currency: 'usd' },
    ...order,
  };
  const own: Record<string, Partial<Facts>> = {
    orders: {
      orders: [soldOrder],
      replicas: [{ id: ticketId, version: ticket.version ?? 2 }],
      moments: [moment({ at: secondsBefore(60), what: 'order complete' })],
    },
    tickets: { tickets: [{ id: ticketId, version: 2, status: 'sold', sellerId, ...ticket }] },
    payments: {
      payments: [
        {
          ...{ id: orderId, version: 2, status: 'captured', refundedAmount: 0, intentId: 'pi_1' },
          order: { version: soldOrder.version },
          ...payment,
        },
      ],
      intents: [
        {
          ...{ id: 'pi_1', orderId, status: 'succeeded', currency: 'usd', captured: 4_250, returned: 0 },
          ...intent,
        },
      ],
    },
    auth: {},
    expiration: {},
  };
  return Object.entries(own).map(([service, facts]) => ({
    service,
    readAt,
    moments: [],
    problems: [],
    ...facts,
    ...others[service],
  }));
}

function moment(overrides: Partial<Moment>): Moment {
  const about = { service: 'orders', kind: 'order', id: orderId, orderId, ticketId } as const;
  return { at: secondsBefore(60), ...about, what: 'order created', ...overrides };
}

describe('timelineOf', () => {
  it('finds a sale consistent in which all services and Stripe agree', () => {
    const timeline = timelineOf(subject, factsOfSale());

    expect(timeline).toMatchObject({ verdict: 'consistent', findings: [], inProgress: [], problems: [] });
    expect(timeline?.states.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      `ticket v2, sold, seller ${sellerId}`,
      `order v4, complete, 4250 usd, buyer ${buyerId}`,
      'payment v2, captured, pi_1',
    ]);
  });

  it.each<[string, Parameters<typeof factsOfSale>[0], string]>([
    [
      'a complete order whose money was never captured',
      { payment: { status: 'authorized' }, intent: { status: 'requires_capture', captured: 0 } },
      `I2 complete order ${orderId} of 4250, 0 returned, kept 0 in 0 captures`,
    ],
    [
      'a cancelled order whose money was captured',
      { order: { status: 'cancelled', reason: 'buyer' }, ticket: { status: 'available' } },
      `I3 cancelled order ${orderId} was charged 1 times`,
    ],
    [
      'a ticket that is reserved although its order is cancelled',
      {
        ...{ order: { status: 'cancelled', reason: 'expired' }, ticket: { status: 'reserved' } },
        ...{ payment: { status: 'none' }, intent: { status: 'canceled', captured: 0 } },
      },
      `I1 ticket ${ticketId} is reserved without an order`,
    ],
    [
      'an order past its time',
      {
        ...{ order: { status: 'created', expiresAt: secondsBefore(30) }, ticket: { status: 'reserved' } },
        ...{ payment: { status: 'none' }, intent: { status: 'canceled', captured: 0 } },
      },
      `order ${orderId} is past its time`,
    ],
    [
      'a live reservation without a timer',
      {
        ...{ order: { status: 'created' }, ticket: { status: 'reserved' }, payment: { status: 'none' } },
        intent: { status: 'canceled', captured: 0 },
      },
      `order ${orderId} has no timer; the sweeper of orders ends it at its time`,
    ],
    [
      'a refund at Stripe that the payment does not record',
      { intent: { returned: 1_000 } },
      `Stripe returned 1000 of order ${orderId}, its payment records 0; npm run reconcile records it`,
    ],
    [
      'a copy of the ticket that is behind it',
      { others: { orders: { replicas: [{ id: ticketId, version: 1 }] } } },
      `orders knows version 1 of ticket ${ticketId}, not 2`,
    ],
    [
      'a copy of the order that is behind it',
      { payment: { order: { version: 3 } } },
      `payments knows version 3 of order ${orderId}, not 4`,
    ],
    [
      'an event that waits for the broker for more than 10 s',
      {
        others: {
          orders: {
            waiting: [{ id: `order:${orderId}:4`, type: 'order:updated', since: secondsBefore(42) }],
          },
        },
      },
      `I9 order:updated (order:${orderId}:4) of orders has waited 42 s for the broker`,
    ],
    [
      'a dead letter',
      {
        others: {
          tickets: {
            deadLetters: [
              {
                ...{ id: 'order:updated:17', at: secondsBefore(50), type: 'order:updated' },
                ...{ eventId: `order:${orderId}:4`, error: 'no such field' },
              },
            ],
          },
        },
      },
      `I8 tickets could not handle order:updated (order:${orderId}:4), dead letter order:updated:17: no such field`,
    ],
    [
      'what payments itself finds different at Stripe',
      { others: { payments: { differences: [`payment ${orderId}: captured here, canceled at Stripe`] } } },
      `payment ${orderId}: captured here, canceled at Stripe`,
    ],
    [
      'a ticket that its database has lost',
      { others: { tickets: { tickets: [] } } },
      `I5 ticket ${ticketId} was ordered, and is not in the database of tickets`,
    ],
    [
      'an order that its database has lost',
      { others: { orders: { orders: [] } } },
      `I5 order ${orderId} was published, and is not in the database of orders`,
    ],
  ])('names %s', (_, changes, finding) => {
    const timeline = timelineOf(subject, factsOfSale(changes));

    expect(timeline?.findings).toContain(finding);
    expect(timeline?.verdict).toBe('inconsistent');
  });

  it('has no finding for a live reservation with its timer', () => {
    const facts = factsOfSale({
      ...{ order: { status: 'created' }, ticket: { status: 'reserved' }, payment: { status: 'none' } },
      ...{ intent: { status: 'requires_payment_method', captured: 0 } },
      others: { expiration: { timers: [{ orderId, firesAt: secondsBefore(-600) }] } },
    });

    expect(timelineOf(subject, facts)).toMatchObject({ verdict: 'consistent', findings: [] });
  });

  it('reports a difference as in progress until nothing has changed for 10 s', () => {
    const changes = { payment: { order: { version: 3 } } };
    const changedAt = (seconds: number) => [moment({ at: secondsBefore(seconds), what: 'order complete' })];
    const facts = (seconds: number) => {
      const [orders, ...others] = factsOfSale(changes);
      return [{ ...(orders as Facts), moments: changedAt(seconds) }, ...others];
    };

    expect(timelineOf(subject, facts(9))).toMatchObject({
      ...{ verdict: 'in progress', findings: [] },
      inProgress: [`payments knows version 3 of order ${orderId}, not 4`],
    });
    expect(timelineOf(subject, facts(10))).toMatchObject({ verdict: 'inconsistent', inProgress: [] });
  });

  it('is incomplete, and compares nothing with a service that could not be read', () => {
    const problem = 'payments: the store cannot be read: connection refused';
    const facts = factsOfSale({
      others: { payments: { payments: [], intents: [], problems: [problem] } },
    });

    expect(timelineOf(subject, facts)).toMatchObject({
      verdict: 'incomplete',
      findings: [],
      problems: [problem],
    });
  });

  it('is undefined when no service knows the subject', () => {
    const empty = factsOfSale().map(({ service }) => ({ service, readAt, moments: [], problems: [] }));

    expect(timelineOf(subject, empty)).toBeUndefined();
  });

  it('shows the event and the stored moment of one version once, with the trace of the event', () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const stored = moment({
      at: secondsBefore(90),
      version: 3,
      what: 'order complete',
      by: 'payment:created',
    });
    const published = moment({ at: secondsBefore(89), version: 3, what: 'order complete', traceId });
    const facts = factsOfSale({ others: { orders: { moments: [stored, published] } } });

    expect(timelineOf(subject, facts)?.moments).toEqual([{ ...stored, traceId }]);
  });

  it('orders moments by time, and leaves out other orders on the ticket', () => {
    const other = newId();
    const listed = moment({
      kind: 'ticket',
      id: ticketId,
      orderId: undefined,
      at: secondsBefore(99),
      what: 'ticket listed',
    });
    const ofOther = moment({ id: other, orderId: other, at: secondsBefore(95), what: 'order cancelled' });
    const facts = factsOfSale({
      others: {
        orders: { moments: [moment({ at: secondsBefore(90) }), ofOther] },
        tickets: { moments: [listed] },
      },
    });

    const { moments } = timelineOf(subject, facts) ?? { moments: [] };
    expect(moments.map(({ what }) => what)).toEqual(['ticket listed', 'order created']);
  });
});
