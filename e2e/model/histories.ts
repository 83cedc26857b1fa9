import type { PaymentStatus } from '@ticketing/common';
import type { Fact, Purchase } from '../../orders/src/purchase.ts';
import type { Charge, Decision } from '../../payments/src/charge.ts';
import type { OrderFact, ReservationState } from '../../tickets/src/reservation.ts';
import { decided } from './charges.ts';
import { orderFacts } from './paths.ts';
import type { Rules } from './rules.ts';

/** Something happened that must never happen. */
export class Violation extends Error {
  override name = 'Violation';
}

export type Happened = OrderFact['happened'];

/** An order with its past: `states[v]` is what its event of version v tells, `happened[v]` what tickets makes of it. */
export type OrderHistory = { states: readonly Purchase[]; happened: readonly (Happened | undefined)[] };

/** An event of tickets: the slot as told, whose it is, and whom it refuses; -1 for nobody. */
export type Telling = { slot: ReservationState; holder: number; refused: number };

const names = ['A', 'B', 'C'];
/** The id of the nth order. */
export function nameOf(order: number): string {
  return names[order] ?? '';
}

/** Which facts of orders concern tickets; as tickets/src/listeners/order-updated.ts reads them. */
const facts: Partial<Record<Purchase['status'], Happened>> = {
  complete: 'complete',
  refunded: 'refunded',
  cancelled: 'cancelled',
};

/** Which changes of an order are no breach of its promises, in this table's own words. */
const lawful: Record<Purchase['status'], Purchase['status'][]> = {
  created: ['created', 'awaiting:payment', 'cancelled'],
  'awaiting:payment': ['awaiting:payment', 'complete', 'cancelled'],
  complete: ['complete', 'refunded'],
  cancelled: ['cancelled'],
  refunded: [],
};

/** Every history that an order has had so far, by number; 0: no order. What the rules say is asked once. */
export function orderBook(rules: Rules) {
  const all = orderFacts(rules);
  const told = Object.keys(rules.payments.publishedEvent) as PaymentStatus[];
  const nowhere: OrderHistory = { states: [], happened: [] };
  const begun: Purchase = {
    status: 'created',
    reason: null,
    ticketConfirmed: false,
    paymentAuthorized: false,
    payment: null,
  };
  const book: OrderHistory[] = [nowhere, { states: [begun], happened: ['created'] }];
  const next: number[][] = [];
  const byKey = new Map<string, number>();

  function add(from: number, changes: Partial<Purchase>): number {
    const { states, happened } = at(from);
    const before = states.at(-1) ?? begun;
    const state = { ...before, ...changes };
    if (!lawful[before.status].includes(state.status))
      throw new Violation(`I6 an order that is ${before.status} becomes ${state.status}`);
    const key = `${from} ${JSON.stringify(state)}`;
    const known = byKey.get(key);
    if (known !== undefined) return known;
    if (states.length === 16) throw new Error('An order has more than 16 versions, a bit each');
    book.push({ states: [...states, state], happened: [...happened, facts[state.status]] });
    byKey.set(key, book.length - 1);
    return book.length - 1;
  }

  function at(n: number): OrderHistory {
    return book[n] ?? nowhere;
  }

  /** What a fact makes of an order: another history, or the same where it changes nothing. */
  function applyFact(n: number, fact: number): number {
    const row = (next[n] ??= []);
    const known = row[fact];
    if (known !== undefined) return known;
    const state = at(n).states.at(-1);
    const changes = state && rules.orders.applyFact(state, all[fact] as Fact);
    return (row[fact] = changes ? add(n, changes) : n);
  }

  const cancellable: (boolean | undefined)[] = [];
  /** Whether the buyer's wish to cancel is granted. */
  function isCancellable(n: number): boolean {
    return (cancellable[n] ??= isAllowed(() =>
      rules.orders.advance(at(n).states.at(-1)?.status ?? 'cancelled', 'cancel'),
    ));
  }

  return {
    at,
    applyFact,
    isCancellable,
    begin: 1,
    /** The state that the last event told. */
    state: (n: number) => at(n).states.at(-1),
    /** The number of a fact. */
    confirmed: 0,
    refused: 1,
    expired: 2,
    cancelled: 3,
    paid: (status: number) => 4 + status,
    told,
  };
}

/** The same for the ticket; its first history is that of a ticket just listed. */
export function ticketBook(rules: Rules) {
  const listed: ReservationState = { status: 'available', reservationSeq: 0 };
  const book: Telling[][] = [[{ slot: listed, holder: -1, refused: -1 }]];
  const byKey = new Map<string, number>();
  const next: number[][] = [];
  const free: (boolean | undefined)[] = [];

  function at(n: number): Telling[] {
    return book[n] ?? [];
  }

  function slot(n: number): ReservationState {
    return at(n).at(-1)?.slot ?? listed;
  }

  function add(from: number, changes: Partial<ReservationState>, order: number): number {
    const before = slot(from);
    const after = { ...before, ...changes };
    if (before.status === 'withdrawn' && after.status !== 'withdrawn')
      throw new Violation(`I6 a withdrawn ticket becomes ${after.status}`);
    const refused = order >= 0 && after.refusedOrderId === nameOf(order) ? order : -1;
    const key = `${from} ${JSON.stringify(after)} ${refused}`;
    const known = byKey.get(key);
    if (known !== undefined) return known;
    if (at(from).length === 16) throw new Error('The ticket has more than 16 versions, a bit each');
    const holder = after.orderId === undefined ? -1 : names.indexOf(after.orderId);
    book.push([...at(from), { slot: after, holder, refused }]);
    byKey.set(key, book.length - 1);
    return book.length - 1;
  }

  /** What a fact of an order makes of the ticket: another history, or the same. */
  function applyFact(n: number, happened: Happened, order: number, reservationSeq: number): number {
    const row = (next[n] ??= []);
    const cell = (reservationSeq * 3 + order) * 4 + happenings.indexOf(happened);
    const known = row[cell];
    if (known !== undefined) return known;
    const fact = { happened, orderId: nameOf(order), buyerId: '', reservationSeq, at: new Date(0) };
    const changes = rules.tickets.applyOrderFact(slot(n), fact);
    return (row[cell] = changes ? add(n, changes, order) : n);
  }

  /** What its seller makes of it; undefined where that is refused. */
  function sell(n: number, changes: Partial<ReservationState>): number | undefined {
    const isFree = (free[n] ??= isAllowed(() => {
      rules.tickets.assertAvailable(slot(n));
    }));
    return isFree ? add(n, changes, -1) : undefined;
  }

  return { at, slot, applyFact, sell, state: (n: number) => at(n).at(-1) };
}
const happenings: Happened[] = ['created', 'cancelled', 'complete', 'refunded'];

/** Every charge there has been so far, by number; 0: nothing has been paid or asked for. */
export function chargeBook(rules: Rules, amountAgrees: boolean) {
  const book: Charge[] = [{ status: 'none', amountAgrees }];
  const byKey = new Map<string, number>([[JSON.stringify(book[0]), 0]]);
  const next: Map<string, number>[] = [];

  function at(n: number): Charge {
    return book[n] ?? { status: 'none' };
  }

  /** What a decision makes of a charge: another, or the same. */
  function decide(n: number, decision: Decision): number {
    if (!decision) return n;
    const row = (next[n] ??= new Map<string, number>());
    const cell = 'step' in decision ? `${decision.step} ${decision.reason ?? ''}` : decision.note;
    const known = row.get(cell);
    if (known !== undefined) return known;
    const charge = wanted(() => decided(at(n), decision, rules));
    const key = JSON.stringify(charge, ['status', 'cancelRequested', 'reason', 'amountAgrees']);
    let found = byKey.get(key);
    if (found === undefined) {
      found = book.push(charge) - 1;
      byKey.set(key, found);
    }
    row.set(cell, found);
    return found;
  }

  return { at, decide };
}

/** A step that the table does not have would be thrown in the service again and again: nothing moves any more. */
function wanted<T>(ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    throw new Violation(`I7 stuck: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isAllowed(ask: () => unknown): boolean {
  try {
    ask();
    return true;
  } catch {
    return false;
  }
}
