import { isPath, strayStep } from './paths.ts';
import type { OrderState, TicketState } from './paths.ts';

const payment = (status: 'authorized' | 'captured' | 'voided' | 'refunded') => ({ id: 'p', status });
const created: OrderState = {
  version: 0,
  status: 'created',
  reason: null,
  ticketConfirmed: false,
  paymentAuthorized: false,
  payment: null,
};
const confirmed = { ...created, version: 1, ticketConfirmed: true };
const awaiting: OrderState = {
  ...confirmed,
  version: 2,
  status: 'awaiting:payment',
  paymentAuthorized: true,
  payment: payment('authorized'),
};
const complete: OrderState = { ...awaiting, version: 3, status: 'complete', payment: payment('captured') };
const sale = [created, confirmed, awaiting, complete];

const ticket = (
  version: number,
  status: TicketState['status'],
  reservationSeq = 0,
  orderId?: string,
): TicketState => ({
  version,
  status,
  reservationSeq,
  orderId: orderId ?? null,
});

describe('the path of an order', () => {
  it('is a sale, in whatever order and however often it was told', () => {
    expect(strayStep({ of: 'order', states: sale })).toBeUndefined();
    expect(isPath({ of: 'order', states: [complete, confirmed, created, awaiting, confirmed] })).toBe(true);
  });

  it('is a cancelled order whose money comes back', () => {
    const cancelled: OrderState = {
      ...awaiting,
      version: 2,
      status: 'cancelled',
      reason: 'buyer',
      payment: null,
    };
    const states = [
      created,
      { ...confirmed, paymentAuthorized: false },
      { ...cancelled, paymentAuthorized: false },
      { ...cancelled, paymentAuthorized: false, version: 3, payment: payment('voided') },
    ];
    expect(strayStep({ of: 'order', states })).toBeUndefined();
  });

  it.each([
    ['without its beginning', sale.slice(1), 'version 0 is missing, the last is 3'],
    ['with a gap', [created, awaiting], 'version 1 is missing, the last is 2'],
    [
      'that is cancelled at the point of no return',
      [...sale.slice(0, 3), { ...awaiting, version: 3, status: 'cancelled', reason: 'expired' }],
      'version 3: nothing leads from awaiting:payment, ticket confirmed, payment authorized, payment authorized to cancelled',
    ],
    [
      'that comes back to life',
      [created, { ...created, version: 1, status: 'cancelled', reason: 'buyer' }, { ...awaiting }],
      'version 2: nothing leads from cancelled',
    ],
    [
      'that is complete before it awaits its payment',
      [created, confirmed, { ...complete, version: 2 }],
      'version 2: nothing leads from created',
    ],
    [
      'told in two ways',
      [created, { ...created, status: 'cancelled', reason: 'buyer' }],
      'version 0 was told as created and as cancelled',
    ],
  ])('is not one %s', (_, states, why) => {
    expect(strayStep({ of: 'order', states: states as OrderState[] })).toContain(why);
  });
});

describe('the path of a ticket', () => {
  it('is edited, reserved, freed, reserved by another, sold and withdrawn by a refund', () => {
    const states = [
      ticket(0, 'available'),
      ticket(1, 'available'),
      ticket(2, 'reserved', 1, 'a'),
      ticket(3, 'available', 1),
      ticket(4, 'reserved', 2, 'b'),
      ticket(5, 'sold', 2, 'b'),
      ticket(6, 'withdrawn', 2),
      ticket(7, 'withdrawn', 3),
    ];
    expect(strayStep({ of: 'ticket', states })).toBeUndefined();
  });

  it('keeps the number of an order that was cancelled before it was seen', () => {
    const states = [ticket(0, 'available'), ticket(1, 'reserved', 1, 'a'), ticket(2, 'available', 2)];
    expect(strayStep({ of: 'ticket', states })).toBeUndefined();
  });

  it.each([
    ['sold twice', [ticket(1, 'reserved', 1, 'a'), ticket(2, 'sold', 1, 'a'), ticket(3, 'sold', 2, 'b')]],
    [
      'on sale again after it was sold',
      [ticket(1, 'reserved', 1, 'a'), ticket(2, 'sold', 1, 'a'), ticket(3, 'available', 1)],
    ],
    ['reserved once withdrawn', [ticket(1, 'withdrawn'), ticket(2, 'reserved', 1, 'a')]],
    ['reserved by an older order', [ticket(1, 'reserved', 2, 'b'), ticket(2, 'reserved', 1, 'a')]],
    ['sold without being reserved', [ticket(1, 'sold', 1, 'a')]],
  ])('is not one that is %s', (_, states) => {
    expect(isPath({ of: 'ticket', states: [ticket(0, 'available'), ...states] })).toBe(false);
    expect(isPath({ of: 'ticket', states: [ticket(0, 'available'), ...states.slice(0, -1)] })).toBe(true);
  });
});

describe('the path of a payment', () => {
  const path = (...statuses: ('authorized' | 'captured' | 'voided' | 'failed' | 'refunded' | 'open')[]) =>
    isPath({ of: 'payment', states: statuses.map((status, nth) => ({ version: nth + 1, status })) });

  it.each([
    [['authorized']],
    [['authorized', 'captured']],
    [['authorized', 'captured', 'refunded']],
    [['authorized', 'voided']],
    [['authorized', 'failed']],
    [['voided']],
    [['voided', 'refunded']],
    [[]],
  ] as const)('may tell %j', (statuses) => {
    expect(path(...statuses)).toBe(true);
  });

  it.each([
    [['captured']],
    [['authorized', 'authorized']],
    [['authorized', 'captured', 'voided']],
    [['voided', 'authorized']],
    [['authorized', 'captured', 'refunded', 'captured']],
    [['authorized', 'captured', 'captured']],
    [['open']],
  ] as const)('never tells %j', (statuses) => {
    expect(path(...statuses)).toBe(false);
  });

  it('begins with version 1: what is born as a copy of an order has told nothing', () => {
    expect(strayStep({ of: 'payment', states: [{ version: 0, status: 'authorized' }] })).toContain(
      'version 0',
    );
  });
});
