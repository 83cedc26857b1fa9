import type { CancelReason } from '@ticketing/common';
import { ConflictError, OrderStatus } from '@ticketing/common';
import type { Fact, Payment, Purchase, Step } from './purchase.ts';
import {
  advance,
  applyFact,
  isSilent,
  keepsTicket,
  nextStatus,
  paymentDiffers,
  reservationError,
  steps,
  takenError,
} from './purchase.ts';

/** Everything that may happen, and nothing else may: status × step → status. */
const allowed: Record<string, OrderStatus> = {
  'created × authorize': 'awaiting:payment',
  'created × cancel': 'cancelled',
  'created × expire': 'cancelled',
  'created × refuse': 'cancelled',
  'awaiting:payment × capture': 'complete',
  'awaiting:payment × fail': 'cancelled',
  'complete × refund': 'refunded',
};

const everyCase = OrderStatus.options.flatMap((status) =>
  steps.map((step): [OrderStatus, Step, OrderStatus | undefined] => [
    status,
    step,
    allowed[`${status} × ${step}`],
  ]),
);

describe('the transition table of an order', () => {
  it.each(everyCase)('%s + %s → %s', (status, step, next) => {
    expect(nextStatus(status, step)).toBe(next);
  });

  it('throws payment_in_progress while the order is being paid, and order_final afterwards', () => {
    for (const [status, step, next] of everyCase) {
      if (next) {
        expect(advance(status, step)).toBe(next);
        continue;
      }
      const code = status === 'awaiting:payment' ? 'payment_in_progress' : 'order_final';
      if (status !== 'created')
        expect(() => advance(status, step)).toThrow(expect.objectContaining({ code }));
      else expect(() => advance(status, step)).toThrow(ConflictError);
    }
  });

  it('keepsTicket is true for every status but cancelled', () => {
    expect(OrderStatus.options.filter(keepsTicket)).toEqual([
      'created',
      'awaiting:payment',
      'complete',
      'refunded',
    ]);
  });
});

const payment = (status: Payment['status']): Payment => ({ id: 'p', status });
const facts = {
  'ticket:updated': { event: 'ticket:updated' },
  'ticket:reservation-refused': { event: 'ticket:reservation-refused' },
  'expiration:complete': { event: 'expiration:complete' },
  'order:cancelled': { event: 'order:cancelled' },
  'payment:authorized': { event: 'payment:authorized', payment: payment('authorized') },
  'payment:created': { event: 'payment:created', payment: payment('captured') },
  'payment:failed': { event: 'payment:failed', payment: payment('voided') },
  'payment:refunded': { event: 'payment:refunded', payment: payment('refunded') },
} as const satisfies Record<Fact['event'], Fact>;

const base: Purchase = {
  status: 'created',
  reason: null,
  ticketConfirmed: false,
  paymentAuthorized: false,
  payment: null,
};
const authorized = { paymentAuthorized: true, payment: payment('authorized') };
const both = { ticketConfirmed: true, ...authorized };
const cancelled = { status: 'cancelled', reason: 'expired' } as const;

/** Every state that an order can be in, by name. */
const states: Record<string, Purchase> = {
  'created, no fact yet': base,
  'created, ticket confirmed': { ...base, ticketConfirmed: true },
  'created, payment authorized': { ...base, ...authorized },
  'awaiting:payment': { ...base, ...both, status: 'awaiting:payment' },
  complete: { ...base, ...both, status: 'complete', payment: payment('captured') },
  refunded: { ...base, ...both, status: 'refunded', payment: payment('refunded') },
  'cancelled, no money': { ...base, ...cancelled },
  'cancelled, money authorized': { ...base, ...cancelled, ...authorized },
  'cancelled, money voided': { ...base, ...cancelled, payment: payment('voided') },
  'cancelled, money returned': { ...base, ...cancelled, payment: payment('refunded') },
};

const ends = (reason: CancelReason) => ({ status: 'cancelled', reason }) as const;
const voided = { payment: payment('voided') };
const returned = { payment: payment('refunded') };

/** What each fact changes in each state; where it is not listed, nothing. */
const changes: Record<string, Record<string, Partial<Purchase>>> = {
  'created, no fact yet': {
    'ticket:updated': { ticketConfirmed: true },
    'payment:authorized': authorized,
    'ticket:reservation-refused': ends('refused'),
    'expiration:complete': ends('expired'),
    'order:cancelled': ends('buyer'),
  },
  'created, ticket confirmed': {
    'payment:authorized': { ...authorized, status: 'awaiting:payment' },
    'ticket:reservation-refused': ends('refused'),
    'expiration:complete': ends('expired'),
    'order:cancelled': ends('buyer'),
  },
  'created, payment authorized': {
    'ticket:updated': { ticketConfirmed: true, status: 'awaiting:payment' },
    'ticket:reservation-refused': ends('refused'),
    'expiration:complete': ends('expired'),
    'order:cancelled': ends('buyer'),
  },
  'awaiting:payment': {
    'payment:created': { status: 'complete', payment: payment('captured') },
    'payment:failed': { ...ends('payment_failed'), ...voided },
  },
  complete: { 'payment:refunded': { status: 'refunded', ...returned } },
  refunded: {},
  'cancelled, no money': { 'payment:failed': voided, 'payment:refunded': returned },
  'cancelled, money authorized': { 'payment:failed': voided, 'payment:refunded': returned },
  'cancelled, money voided': { 'payment:refunded': returned },
  'cancelled, money returned': {},
};

describe('applyFact', () => {
  const table = Object.entries(states).flatMap(([name, state]) =>
    Object.entries(facts).map(([event, fact]) => ({ name, state, event, fact })),
  );

  it.each(table)('$event in "$name"', ({ name, state, event, fact }) => {
    expect(applyFact(state, fact)).toEqual(changes[name]?.[event]);
  });

  it.each(table)('$event in "$name" changes nothing when it is applied twice', ({ state, fact }) => {
    const next = { ...state, ...applyFact(state, fact) };
    expect(applyFact(next, fact)).toBeUndefined();
  });

  it.each(table)('$event in "$name" leads to one of the known states', ({ state, fact }) => {
    const next = { ...state, ...applyFact(state, fact) };
    const { status, paymentAuthorized, ticketConfirmed } = next;
    expect(status === 'created' && paymentAuthorized && ticketConfirmed).toBe(false);
    if (state.status !== 'created' && state.status !== status)
      expect(`${state.status} → ${status}`).toMatch(
        /^(awaiting:payment → (complete|cancelled)|complete → refunded)$/,
      );
    expect(next.reason !== null).toBe(status === 'cancelled');
  });

  it('leads to the same state whichever of ticketConfirmed and paymentAuthorized comes first', () => {
    const run = (...order: Fact[]) =>
      order.reduce((state, fact) => ({ ...state, ...applyFact(state, fact) }), base);
    expect(run(facts['ticket:updated'], facts['payment:authorized'])).toEqual(states['awaiting:payment']);
    expect(run(facts['payment:authorized'], facts['ticket:updated'])).toEqual(states['awaiting:payment']);
  });
});

describe('a confirmation without an event', () => {
  it('is one that leaves the order created', () => {
    expect(isSilent({ ticketConfirmed: true })).toBe(true);
    expect(isSilent({ ticketConfirmed: true, status: 'awaiting:payment' })).toBe(false);
    expect(isSilent(authorized)).toBe(false);
  });

  it('moves an order that another release left created when its authorization is published again', () => {
    const left = { ...base, ...both };
    expect(applyFact(left, facts['payment:authorized'])).toEqual({
      ...authorized,
      status: 'awaiting:payment',
    });
    expect(applyFact(left, facts['ticket:updated'])).toBeUndefined();
  });
});

describe('a payment that differs from its order', () => {
  const table = Object.entries(states).map(([name, state]) => ({ name, state }));
  const authorization: Fact = { ...facts['payment:authorized'], differs: true };
  const capture: Fact = { ...facts['payment:created'], differs: true };

  it.each(table)('its authorization changes nothing in "$name"', ({ state }) => {
    expect(applyFact(state, authorization)).toBeUndefined();
  });

  it.each(table)('its capture ends an order in awaiting:payment and nothing else (here: $name)', (row) => {
    expect(applyFact(row.state, capture)).toEqual(
      row.name === 'awaiting:payment'
        ? { ...ends('payment_failed'), payment: payment('captured') }
        : undefined,
    );
  });

  it('is recorded as refunded after its capture ended the order', () => {
    const ended = { ...base, ...both, ...ends('payment_failed'), payment: payment('captured') };
    expect(applyFact(ended, facts['payment:refunded'])).toEqual(returned);
  });
});

describe('paymentDiffers', () => {
  const order = { userId: 'buyer', ticket: { amount: 8950, currency: 'eur' } };
  const same = { userId: 'buyer', amount: 8950, currency: 'eur' };

  it('is false for the buyer, the amount and the currency of the order', () => {
    expect(paymentDiffers(order, same)).toBe(false);
  });

  it.each([
    ['a smaller amount', { amount: 8949 }],
    ['a larger amount', { amount: 8951 }],
    ['another currency', { currency: 'usd' }],
    ['another user', { userId: 'other' }],
  ])('is true for %s', (_, other) => {
    expect(paymentDiffers(order, { ...same, ...other })).toBe(true);
  });
});

describe('reservationError', () => {
  const now = Date.parse('2026-11-24T20:00:00Z');
  const free = { status: 'available', amount: 8950, startsAt: null } as const;

  it.each([
    ['free', free, 8950, undefined],
    ['free, at any price', free, undefined, undefined],
    ['reserved in the copy, which may be late', { ...free, status: 'reserved' as const }, 8950, undefined],
    ['sold', { ...free, status: 'sold' as const }, 8950, 'ticket_sold'],
    ['withdrawn', { ...free, status: 'withdrawn' as const }, 8950, 'ticket_withdrawn'],
    ['free until the event begins', { ...free, startsAt: '2026-11-24T20:00:00.001Z' }, 8950, undefined],
    ['over when the event begins', { ...free, startsAt: '2026-11-24T20:00:00.000Z' }, 8950, 'event_over'],
    ['dearer than expected', free, 8949, 'price_changed'],
  ])('for a ticket that is %s', (_, ticket, amount, code) => {
    expect(reservationError(ticket, { amount }, now)?.code).toBe(code);
  });

  it.each([
    ['at the version that the buyer saw', 4, { version: 4 }, undefined],
    ['before the version that the buyer saw', 4, { version: 6 }, undefined],
    ['after the version that the buyer saw', 4, { version: 3 }, 'listing_changed'],
    ['after that, and the price differs too', 4, { version: 3, amount: 1 }, 'price_changed'],
    ['after that, and the price is the same', 4, { version: 3, amount: 8950 }, 'listing_changed'],
    ['at a version that the replica does not know', undefined, { version: 0 }, undefined],
    ['for a buyer who sends no version', 4, {}, undefined],
  ])('for a listing that last changed %s', (_, factsVersion, agreed, code) => {
    const ticket = { ...free, ...(factsVersion !== undefined && { factsVersion }) };
    expect(reservationError(ticket, agreed, now)?.code).toBe(code);
  });

  it.each([
    ['created', 'ticket_reserved'],
    ['awaiting:payment', 'ticket_reserved'],
    ['complete', 'ticket_sold'],
    ['refunded', 'ticket_withdrawn'],
  ] as const)('for a ticket kept by an order that is %s is %s', (status, code) => {
    expect(takenError(status).code).toBe(code);
  });
});

describe('what went back to the buyer of a complete order', () => {
  const id = 'p1';
  const complete: Purchase = {
    status: 'complete',
    reason: null,
    ticketConfirmed: true,
    paymentAuthorized: true,
    payment: { id, status: 'captured', version: 2 },
  };
  const part: Payment = { id, status: 'captured', version: 3, refundedAmount: 500 };
  const created = (payment: Payment): Fact => ({ event: 'payment:created', payment });

  it('is recorded from a newer payment:created, once', () => {
    expect(applyFact(complete, created(part))).toEqual({ payment: part });
    expect(applyFact({ ...complete, payment: part }, created(part))).toBeUndefined();
  });

  it('is not replaced by an older one', () => {
    const newer = { ...part, version: 4, refundedAmount: 700 };
    expect(applyFact({ ...complete, payment: newer }, created(part))).toBeUndefined();
    expect(
      applyFact({ ...complete, payment: part }, created({ id, status: 'captured', version: 2 })),
    ).toBeUndefined();
  });

  it('completes an order that has missed the first payment:created', () => {
    const awaiting: Purchase = { ...complete, status: 'awaiting:payment', payment: null };
    expect(applyFact(awaiting, created(part))).toEqual({ status: 'complete', payment: part });
  });

  it('has the reason dispute_lost when the bank decided for the buyer', () => {
    const dispute = { id: 'du_1', status: 'lost' as const, amount: 1000 };
    const payment: Payment = { id, status: 'refunded', version: 3, refundedAmount: 1000, dispute };
    expect(applyFact(complete, { event: 'payment:refunded', payment })).toEqual({
      status: 'refunded',
      reason: 'dispute_lost',
      payment,
    });
  });
});
