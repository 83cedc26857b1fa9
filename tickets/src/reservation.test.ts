import { TicketStatus } from '@ticketing/common';
import type { Changes, OrderFact, ReservationState } from './reservation.ts';
import { applyOrderFact, assertAvailable, previousDecision } from './reservation.ts';

const own = 5;
const at = new Date('2030-05-01T19:00:00Z');
const numbers = { older: own - 1, same: own, newer: own + 1 };
const fact: OrderFact = { happened: 'created', orderId: 'this', buyerId: 'buyer', reservationSeq: own, at };
const available: ReservationState = { status: 'available', reservationSeq: 0 };
const withoutOrder = { orderId: undefined, buyerId: undefined };

/** The changes that each word of the table stands for, given the order's number. */
const outcomes: Record<string, (reservationSeq: number) => Changes | undefined> = {
  '-': () => undefined,
  reserve: (reservationSeq) => ({ reservationSeq, status: 'reserved', orderId: 'this', buyerId: 'buyer' }),
  refuse: (reservationSeq) => ({ reservationSeq, refusedOrderId: 'this' }),
  free: () => ({ status: 'available', ...withoutOrder }),
  'free+': (reservationSeq) => ({ reservationSeq, status: 'available', ...withoutOrder }),
  number: (reservationSeq) => ({ reservationSeq }),
  sell: () => ({ status: 'sold', soldAt: at }),
  withdraw: () => ({ status: 'withdrawn', soldAt: undefined, ...withoutOrder }),
};

/** status · whose order the ticket names · the outcome for an older, the same and a newer number */
const table: Record<OrderFact['happened'], string> = {
  created: `
    available  this   -        -        reserve
    available  other  -        -        reserve
    reserved   this   -        -        reserve
    reserved   other  -        -        reserve
    sold       this   -        -        refuse
    sold       other  -        -        refuse
    withdrawn  this   -        -        refuse
    withdrawn  other  -        -        refuse`,
  cancelled: `
    available  this   -        -        number
    available  other  -        -        number
    reserved   this   -        free     free+
    reserved   other  -        -        free+
    sold       this   -        -        number
    sold       other  -        -        number
    withdrawn  this   -        -        number
    withdrawn  other  -        -        number`,
  complete: `
    available  this   -        -        -
    available  other  -        -        -
    reserved   this   sell     sell     sell
    reserved   other  -        -        -
    sold       this   -        -        -
    sold       other  -        -        -
    withdrawn  this   -        -        -
    withdrawn  other  -        -        -`,
  refunded: `
    available  this   -        -        -
    available  other  -        -        -
    reserved   this   withdraw withdraw withdraw
    reserved   other  -        -        -
    sold       this   withdraw withdraw withdraw
    sold       other  -        -        -
    withdrawn  this   -        -        -
    withdrawn  other  -        -        -`,
};

const rows = Object.entries(table).flatMap(([happened, lines]) =>
  lines
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [status = '', orderId = '', ...cells] = line.trim().split(/\s+/);
      return Object.entries(numbers).map(([which, reservationSeq], i) => ({
        happened: happened as OrderFact['happened'],
        status: status as TicketStatus,
        orderId,
        which,
        reservationSeq,
        outcome: cells[i] ?? '',
      }));
    }),
);

describe('applyOrderFact', () => {
  it('has an expected outcome for every status, fact, number and order id', () => {
    expect(new Set(rows.map((row) => JSON.stringify({ ...row, outcome: '' }))).size).toBe(4 * 4 * 3 * 2);
    expect(new Set(rows.map((row) => row.status))).toEqual(new Set(TicketStatus.options));
  });

  it.each(rows)(
    'of a ticket $status ($orderId order), $happened with the $which number: $outcome',
    ({ happened, status, orderId, reservationSeq, outcome }) => {
      const state: ReservationState = { status, reservationSeq: own, orderId, buyerId: 'other buyer' };

      expect(applyOrderFact(state, { ...fact, happened, reservationSeq })).toEqual(
        outcomes[outcome]?.(reservationSeq),
      );
    },
  );

  it.each(rows)(
    'changes nothing the second time: a ticket $status ($orderId order), $happened with the $which number',
    ({ happened, status, orderId, reservationSeq }) => {
      const state: ReservationState = { status, reservationSeq: own, orderId, buyerId: 'other buyer' };
      const twice = { ...fact, happened, reservationSeq };

      expect(applyOrderFact({ ...state, ...applyOrderFact(state, twice) }, twice)).toBeUndefined();
    },
  );
});

describe('facts that arrive out of order', () => {
  const first = { ...fact, orderId: 'first', reservationSeq: 1 };
  const second = { ...fact, orderId: 'second', reservationSeq: 2 };
  const follow = (state: ReservationState, ...facts: OrderFact[]) =>
    facts.reduce((current, next) => ({ ...current, ...applyOrderFact(current, next) }), state);

  it('leave the ticket reserved for the second order when the first is cancelled late', () => {
    const state = follow(available, first, second, { ...first, happened: 'cancelled' });

    expect(state).toMatchObject({ status: 'reserved', orderId: 'second', reservationSeq: 2 });
  });

  it('make the ticket available when the cancellation of the second order arrives before its creation', () => {
    const state = follow(available, first, { ...second, happened: 'cancelled' }, second, {
      ...first,
      happened: 'cancelled',
    });

    expect(state).toMatchObject({ status: 'available', orderId: undefined, reservationSeq: 2 });
  });

  it('leave a refunded ticket withdrawn when `complete` arrives late', () => {
    const state = follow(
      available,
      first,
      { ...first, happened: 'refunded' },
      { ...first, happened: 'complete' },
    );

    expect(state).toMatchObject({ status: 'withdrawn', orderId: undefined });
  });

  it('refuse an order of a withdrawn ticket once', () => {
    const withdrawn: ReservationState = { status: 'withdrawn', reservationSeq: 0 };

    expect(follow(withdrawn, first)).toEqual({
      status: 'withdrawn',
      reservationSeq: 1,
      refusedOrderId: 'first',
    });
    expect(applyOrderFact(follow(withdrawn, first), first)).toBeUndefined();
  });
});

describe('previousDecision', () => {
  it.each<[string, string | undefined, ReservationState]>([
    ['a ticket reserved for the order', 'reserved', { ...available, status: 'reserved', orderId: 'this' }],
    ['a ticket sold to the order', 'reserved', { ...available, status: 'sold', orderId: 'this' }],
    [
      'a ticket reserved for another order',
      undefined,
      { ...available, status: 'reserved', orderId: 'other' },
    ],
    [
      'a ticket that refused the order',
      'refused',
      { ...available, status: 'withdrawn', refusedOrderId: 'this' },
    ],
    [
      'a ticket that refused another order',
      undefined,
      { ...available, status: 'withdrawn', refusedOrderId: 'other' },
    ],
    ['an available ticket', undefined, available],
  ])('of %s is %s', (_, decision, state) => {
    expect(previousDecision({ ...state, reservationSeq: 1 }, 'this')).toBe(decision);
  });
});

describe('assertAvailable', () => {
  it('accepts an available ticket', () => {
    expect(() => assertAvailable({ status: 'available' })).not.toThrow();
  });

  it.each([
    ['reserved', 'ticket_reserved'],
    ['sold', 'ticket_sold'],
    ['withdrawn', 'ticket_withdrawn'],
  ] as const)('throws ConflictError for a %s ticket, with code %s', (status, code) => {
    expect(() => assertAvailable({ status })).toThrow(expect.objectContaining({ status: 409, code }));
  });
});
