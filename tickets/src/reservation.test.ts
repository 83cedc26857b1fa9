import { TicketStatus } from '@ticketing/common';
import { after, answerTo, assertFree } from './reservation.ts';
import type { Changes, OrderFact, Slot } from './reservation.ts';

const own = 5;
const at = new Date('2030-05-01T19:00:00Z');
const numbers = { older: own - 1, same: own, newer: own + 1 };
const fact: OrderFact = { happened: 'created', orderId: 'this', buyerId: 'buyer', slotSeq: own, at };
const nobody = { orderId: undefined, buyerId: undefined };

/** What each letter of the table stands for, for an order with this number. */
const outcomes: Record<string, (slotSeq: number) => Changes | undefined> = {
  '-': () => undefined,
  reserve: (slotSeq) => ({ slotSeq, status: 'reserved', orderId: 'this', buyerId: 'buyer' }),
  refuse: (slotSeq) => ({ slotSeq, refusedOrderId: 'this' }),
  free: () => ({ status: 'available', ...nobody }),
  'free+': (slotSeq) => ({ slotSeq, status: 'available', ...nobody }),
  number: (slotSeq) => ({ slotSeq }),
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
      return Object.entries(numbers).map(([which, slotSeq], i) => ({
        happened: happened as OrderFact['happened'],
        status: status as TicketStatus,
        orderId,
        which,
        slotSeq,
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
    ({ happened, status, orderId, slotSeq, outcome }) => {
      const slot: Slot = { status, slotSeq: own, orderId, buyerId: 'somebody' };

      expect(after(slot, { ...fact, happened, slotSeq })).toEqual(outcomes[outcome]?.(slotSeq));
    },
  );

  it.each(rows)(
    'changes nothing when told twice: $status for $orderId, order $happened, number $which',
    ({ happened, status, orderId, slotSeq }) => {
      const slot: Slot = { status, slotSeq: own, orderId, buyerId: 'somebody' };
      const told = { ...fact, happened, slotSeq };

      expect(after({ ...slot, ...after(slot, told) }, told)).toBeUndefined();
    },
  );
});

describe('orders of one ticket in the wrong order', () => {
  const first = { ...fact, orderId: 'first', slotSeq: 1 };
  const second = { ...fact, orderId: 'second', slotSeq: 2 };
  const free: Slot = { status: 'available', slotSeq: 0 };
  const follow = (slot: Slot, ...facts: OrderFact[]) =>
    facts.reduce((now, next) => ({ ...now, ...after(now, next) }), slot);

  it('keep the ticket for the second when the first is cancelled late', () => {
    const slot = follow(free, first, second, { ...first, happened: 'cancelled' });

    expect(slot).toMatchObject({ status: 'reserved', orderId: 'second', slotSeq: 2 });
  });

  it('free the ticket when the second was cancelled before anybody heard of it', () => {
    const slot = follow(free, first, { ...second, happened: 'cancelled' }, second, {
      ...first,
      happened: 'cancelled',
    });

    expect(slot).toMatchObject({ status: 'available', orderId: undefined, slotSeq: 2 });
  });

  it('leave a refunded ticket withdrawn when `complete` comes late', () => {
    const slot = follow(free, first, { ...first, happened: 'refunded' }, { ...first, happened: 'complete' });

    expect(slot).toMatchObject({ status: 'withdrawn', orderId: undefined });
  });

  it('refuse a withdrawn ticket once', () => {
    const withdrawn: Slot = { status: 'withdrawn', slotSeq: 0 };

    expect(follow(withdrawn, first)).toEqual({ status: 'withdrawn', slotSeq: 1, refusedOrderId: 'first' });
    expect(after(follow(withdrawn, first), first)).toBeUndefined();
  });
});

describe('the answer to an order that asks again', () => {
  it.each([
    ['reserved for it', { status: 'reserved', slotSeq: 1, orderId: 'this' }, 'reserved'],
    ['sold to it', { status: 'sold', slotSeq: 1, orderId: 'this' }, 'reserved'],
    ['reserved for another', { status: 'reserved', slotSeq: 1, orderId: 'other' }, undefined],
    ['refused to it', { status: 'withdrawn', slotSeq: 1, refusedOrderId: 'this' }, 'refused'],
    ['refused to another', { status: 'withdrawn', slotSeq: 1, refusedOrderId: 'other' }, undefined],
    ['free', { status: 'available', slotSeq: 1 }, undefined],
  ] as [string, Slot, string | undefined][])('is right for a ticket that is %s', (_, slot, answer) => {
    expect(answerTo(slot, 'this')).toBe(answer);
  });
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
      const change = () => assertFree({ status });

      if (code) expect(change).toThrow(expect.objectContaining({ status: 409, code }));
      else expect(change).not.toThrow();
    },
  );
});
