import type { OrderState, TicketState } from './paths.ts';
import { findInvalidStep, isPath } from './paths.ts';

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

describe('findInvalidStep of an order', () => {
  it('accepts the events of a sale in any order and with repetitions', () => {
    expect(findInvalidStep({ of: 'order', states: sale })).toBeUndefined();
    expect(isPath({ of: 'order', states: [complete, confirmed, created, awaiting, confirmed] })).toBe(true);
  });

  it('accepts a sale whose confirmation has no version', () => {
    const states = [created, { ...awaiting, version: 1 }, { ...complete, version: 2 }];
    expect(findInvalidStep({ of: 'order', states })).toBeUndefined();
  });

  it('accepts a sale of a roll-out, where the confirmation is not known and may have a version', () => {
    const unknown = { ticketConfirmed: undefined };
    const states = sale.map((state) => ({ ...state, ...unknown }));
    expect(findInvalidStep({ of: 'order', states })).toBeUndefined();
    const [first, , ...later] = states;
    const earlier = later.map((state) => ({ ...state, version: state.version - 1 }));
    expect(findInvalidStep({ of: 'order', states: [first ?? created, ...earlier] })).toBeUndefined();
  });

  it('accepts a canceled order whose payment is voided', () => {
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
    expect(findInvalidStep({ of: 'order', states })).toBeUndefined();
  });

  it.each([
    ['without its first version', sale.slice(1), 'version 0 is missing, the last is 3'],
    [
      'with a version that changes nothing',
      [created, { ...created, version: 1 }],
      'version 1: nothing leads from created to created',
    ],
    ['with a gap', [created, awaiting], 'version 1 is missing, the last is 2'],
    [
      'canceled by expiry in awaiting:payment',
      [...sale.slice(0, 3), { ...awaiting, version: 3, status: 'cancelled', reason: 'expired' }],
      'version 3: nothing leads from awaiting:payment, ticket confirmed, payment authorized, payment authorized to cancelled',
    ],
    [
      'that leaves cancelled',
      [created, { ...created, version: 1, status: 'cancelled', reason: 'buyer' }, { ...awaiting }],
      'version 2: nothing leads from cancelled',
    ],
    [
      'complete without awaiting:payment',
      [created, confirmed, { ...complete, version: 2 }],
      'version 2: nothing leads from created',
    ],
    [
      'with two states of one version',
      [created, { ...created, status: 'cancelled', reason: 'buyer' }],
      'version 0 was published as created and as cancelled',
    ],
  ])('rejects a history %s', (_, states, why) => {
    expect(findInvalidStep({ of: 'order', states: states as OrderState[] })).toContain(why);
  });
});

describe('findInvalidStep of a ticket', () => {
  it('accepts edit, reservation, release, another reservation, sale and withdrawal by a refund', () => {
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
    expect(findInvalidStep({ of: 'ticket', states })).toBeUndefined();
  });

  it('accepts the reservation number of an order that was canceled before its creation was handled', () => {
    const states = [ticket(0, 'available'), ticket(1, 'reserved', 1, 'a'), ticket(2, 'available', 2)];
    expect(findInvalidStep({ of: 'ticket', states })).toBeUndefined();
  });

  it.each([
    ['sold twice', [ticket(1, 'reserved', 1, 'a'), ticket(2, 'sold', 1, 'a'), ticket(3, 'sold', 2, 'b')]],
    [
      'available again after its sale',
      [ticket(1, 'reserved', 1, 'a'), ticket(2, 'sold', 1, 'a'), ticket(3, 'available', 1)],
    ],
    ['reserved after its withdrawal', [ticket(1, 'withdrawn'), ticket(2, 'reserved', 1, 'a')]],
    ['reserved by an older order', [ticket(1, 'reserved', 2, 'b'), ticket(2, 'reserved', 1, 'a')]],
    ['sold without a reservation', [ticket(1, 'sold', 1, 'a')]],
  ])('rejects a ticket %s', (_, states) => {
    expect(isPath({ of: 'ticket', states: [ticket(0, 'available'), ...states] })).toBe(false);
    expect(isPath({ of: 'ticket', states: [ticket(0, 'available'), ...states.slice(0, -1)] })).toBe(true);
  });
});

describe('findInvalidStep of a payment', () => {
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
    [['authorized', 'captured', 'captured', 'refunded', 'refunded']], // a part, the rest, and a refund that failed
    [[]],
  ] as const)('accepts the published statuses %j', (statuses) => {
    expect(path(...statuses)).toBe(true);
  });

  it.each([
    [['captured']],
    [['authorized', 'authorized']],
    [['authorized', 'captured', 'voided']],
    [['voided', 'authorized']],
    [['authorized', 'captured', 'refunded', 'captured']],
    [['authorized', 'captured', 'authorized']],
    [['open']],
  ] as const)('rejects the published statuses %j', (statuses) => {
    expect(path(...statuses)).toBe(false);
  });

  it('rejects version 0, because a payment created as a copy of an order publishes nothing', () => {
    expect(findInvalidStep({ of: 'payment', states: [{ version: 0, status: 'authorized' }] })).toContain(
      'version 0',
    );
  });
});
