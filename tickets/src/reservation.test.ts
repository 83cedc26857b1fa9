import { TicketStatus } from '@ticketing/common';
import { applyOrderFact, assertAvailable, previousDecision } from './reservation.ts';
import type { Changes, OrderFact, ReservationState } from './reservation.ts';

const own = 5;
const at = new Date('2030-05-01T19:00:00Z');
const numbers = { older: own - 1, same: own, newer: own + 1 };
const fact: OrderFact = { happened: 'created', orderId: 'this', buyerId: 'buyer', reservationSeq: own, at };
const nobody = { orderId: undefined, buyerId: undefined };

/** What each letter of the table stands for, for an order with this number. */
const outcomes: Record<string, (reservationSeq: number) => Changes | undefined> = {
  '-': () => undefined,
  reserve: (reservationSeq) => ({ reservationSeq, status: 'reserved', orderId: 'this', buyerId: 'buyer' }),
  refuse: (reservationSeq) => ({ reservationSeq, refusedOrderId: 'this' }),
  free: () => ({ status: 'available', ...nobody }),
  'free+': (reservationSeq) => ({ reservationSeq, status: 'available', ...nobody }),
  number: (reservationSeq) => ({ reservationSeq }),
  sell: () => ({ status: 'sold', soldAt: at }),
  withdraw: () => ({ status: 'withdrawn', soldAt: undefined, ...nobody }),
};

/** status · whether the slot names this order · what an older, the same and a newer number lead to */
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

describe('what a fact about an order does to its ticket', () => {
  it('is written down for every status, fact, number and holder', () => {
    expect(new Set(rows.map((row) => JSON.stringify({ ...row, outcome: '' }))).size).toBe(4 * 4 * 3 * 2);
    expect(new Set(rows.map((row) => row.status))).toEqual(new Set(TicketStatus.options));
  });

  it.each(rows)(
    '$status for $orderId, order $happened with a number that is $which: $outcome',
    ({ happened, status, orderId, reservationSeq, outcome }) => {
      const slot: ReservationState = { status, reservationSeq: own, orderId, buyerId: 'somebody' };

      expect(applyOrderFact(slot, { ...fact, happened, reservationSeq })).toEqual(
        outcomes[outcome]?.(reservationSeq),
      );
    },
  );

  it.each(rows)(
    'changes nothing when told twice: $status for $orderId, order $happened, number $which',
    ({ happened, status, orderId, reservationSeq }) => {
      const slot: ReservationState = { status, reservationSeq: own, orderId, buyerId: 'somebody' };
      const told = { ...fact, happened, reservationSeq };

      expect(applyOrderFact({ ...slot, ...applyOrderFact(slot, told) }, told)).toBeUndefined();
    },
  );
});

describe('orders of one ticket in the wrong order', () => {
  const first = { ...fact, orderId: 'first', reservationSeq: 1 };
  const second = { ...fact, orderId: 'second', reservationSeq: 2 };
  const free: ReservationState = { status: 'available', reservationSeq: 0 };
  const follow = (slot: ReservationState, ...facts: OrderFact[]) =>
    facts.reduce((now, next) => ({ ...now, ...applyOrderFact(now, next) }), slot);

  it('keep the ticket for the second when the first is cancelled late', () => {
    const slot = follow(free, first, second, { ...first, happened: 'cancelled' });

    expect(slot).toMatchObject({ status: 'reserved', orderId: 'second', reservationSeq: 2 });
  });

  it('free the ticket when the second was cancelled before anybody heard of it', () => {
    const slot = follow(free, first, { ...second, happened: 'cancelled' }, second, {
      ...first,
      happened: 'cancelled',
    });

    expect(slot).toMatchObject({ status: 'available', orderId: undefined, reservationSeq: 2 });
  });

  it('leave a refunded ticket withdrawn when `complete` comes late', () => {
    const slot = follow(free, first, { ...first, happened: 'refunded' }, { ...first, happened: 'complete' });

    expect(slot).toMatchObject({ status: 'withdrawn', orderId: undefined });
  });

  it('refuse a withdrawn ticket once', () => {
    const withdrawn: ReservationState = { status: 'withdrawn', reservationSeq: 0 };

    expect(follow(withdrawn, first)).toEqual({
      status: 'withdrawn',
      reservationSeq: 1,
      refusedOrderId: 'first',
    });
    expect(applyOrderFact(follow(withdrawn, first), first)).toBeUndefined();
  });
});

describe('the answer to an order that asks again', () => {
  it.each([
    ['reserved for it', { status: 'reserved', reservationSeq: 1, orderId: 'this' }, 'reserved'],
    ['sold to it', { status: 'sold', reservationSeq: 1, orderId: 'this' }, 'reserved'],
    ['reserved for another', { status: 'reserved', reservationSeq: 1, orderId: 'other' }, undefined],
    ['refused to it', { status: 'withdrawn', reservationSeq: 1, refusedOrderId: 'this' }, 'refused'],
    ['refused to another', { status: 'withdrawn', reservationSeq: 1, refusedOrderId: 'other' }, undefined],
    ['free', { status: 'available', reservationSeq: 1 }, undefined],
  ] as [string, ReservationState, string | undefined][])(
    'is right for a ticket that is %s',
    (_, slot, answer) => {
      expect(previousDecision(slot, 'this')).toBe(answer);
    },
  );
});

describe('the seller', () => {
  it.each([
    ['available', undefined],
    ['reserved', 'ticket_reserved'],
    ['sold', 'ticket_sold'],
    ['withdrawn', 'ticket_withdrawn'],
  ] as [TicketStatus, string | undefined][])(
    'who changes a ticket that is %s is told: %s',
    (status, code) => {
      const change = () => assertAvailable({ status });

      if (code) expect(change).toThrow(expect.objectContaining({ status: 409, code }));
      else expect(change).not.toThrow();
    },
  );
});
