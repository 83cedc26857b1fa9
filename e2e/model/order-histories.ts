import type { PaymentStatus } from '@ticketing/common';
import type { Fact, Purchase } from '../../orders/src/purchase.ts';
import type { OrderFact } from '../../tickets/src/reservation.ts';
import { orderFacts } from './paths.ts';
import type { Rules } from './rules.ts';
import { isAllowed, Violation } from './violation.ts';

export type TicketFact = OrderFact['happened'];

/** An order with its past: `states[v]` is its state at version v, which its event has, `facts[v]` what that is to tickets. */
export type OrderHistory = {
  states: readonly Purchase[];
  facts: readonly (TicketFact | undefined)[];
  /** The last state before a change without an event: a process may have kept it, and its version is the same. */
  outdated?: Purchase;
};

/** The indexes of the facts in `orderFacts`; payment facts follow in the order of the published statuses. */
export const CONFIRMED = 0;
export const REFUSED_BY_TICKETS = 1;
export const EXPIRED = 2;
export const CANCELED_BY_BUYER = 3;
export const paymentFact = (status: number) => 4 + status;

/** Which order statuses are facts to tickets; as in tickets/src/listeners/order-updated.ts. */
const ticketFacts: Partial<Record<Purchase['status'], TicketFact>> = {
  complete: 'complete',
  refunded: 'refunded',
  cancelled: 'cancelled',
};

/** The changes of an order's status that I6 permits, stated independently of the rules under test. */
const permitted: Record<Purchase['status'], Purchase['status'][]> = {
  created: ['created', 'awaiting:payment', 'cancelled'],
  'awaiting:payment': ['awaiting:payment', 'complete', 'cancelled'],
  complete: ['complete', 'refunded'],
  cancelled: ['cancelled'],
  refunded: [],
};

const noHistory: OrderHistory = { states: [], facts: [] };
const created: Purchase = {
  status: 'created',
  reason: null,
  ticketConfirmed: false,
  paymentAuthorized: false,
  payment: null,
};

/** All histories of an order met so far, by index; 0 is no order. The results of the rules are cached. */
export class OrderHistories {
  /** The index of the history of an order that was just created. */
  readonly initial = 1;
  /** The statuses that payments publishes. */
  readonly paymentStatuses: PaymentStatus[];
  private readonly rules: Rules;
  private readonly facts: Fact[];
  private readonly histories: OrderHistory[] = [noHistory, { states: [created], facts: ['created'] }];
  private readonly next: number[][] = [];
  private readonly indexes = new Map<string, number>();
  private readonly cancelable: (boolean | undefined)[] = [];

  constructor(rules: Rules, differs?: Fact['event']) {
    this.rules = rules;
    this.facts = orderFacts(rules).map((fact) =>
      'payment' in fact ? { ...fact, differs: fact.event === differs } : fact,
    );
    this.paymentStatuses = Object.keys(rules.payments.publishedEvent) as PaymentStatus[];
  }

  at(index: number): OrderHistory {
    return this.histories[index] ?? noHistory;
  }

  /** The content of the order's last event. */
  state(index: number): Purchase | undefined {
    return this.at(index).states.at(-1);
  }

  /** The history after a fact: the same index where the fact changes nothing. */
  applyFact(index: number, fact: number): number {
    const row = (this.next[index] ??= []);
    const known = row[fact];
    if (known !== undefined) return known;
    const state = this.state(index);
    const changes = state && this.rules.orders.applyFact(state, this.facts[fact] as Fact);
    return (row[fact] = changes ? this.add(index, changes) : index);
  }

  /**
   * The history after a fact that a process of a release before decision 47 handles: it publishes a confirmation, it may have
   * kept the outdated state, and it does nothing for an order that has both flags.
   */
  applyFactAsBefore(index: number, fact: number): number {
    const state = this.at(index).outdated ?? this.state(index);
    if (!state || (state.ticketConfirmed && state.paymentAuthorized && state.status === 'created'))
      return index;
    const changes = this.rules.orders.applyFact(state, this.facts[fact] as Fact);
    return changes ? this.add(index, changes, true) : index;
  }

  /** Whether orders lets the buyer cancel. */
  isCancelable(index: number): boolean {
    return (this.cancelable[index] ??= isAllowed(() =>
      this.rules.orders.advance(this.state(index)?.status ?? 'cancelled', 'cancel'),
    ));
  }

  private add(
    from: number,
    changes: Partial<Purchase>,
    hasEvent = !this.rules.orders.isSilent(changes),
  ): number {
    const { states, facts } = this.at(from);
    const before = states.at(-1) ?? created;
    const state = { ...before, ...changes };
    if (!permitted[before.status].includes(state.status))
      throw new Violation(`I6 an order changes from ${before.status} to ${state.status}`);
    const key = `${from} ${hasEvent} ${JSON.stringify(state)}`;
    const known = this.indexes.get(key);
    if (known !== undefined) return known;
    if (!hasEvent)
      return this.store(key, { states: [...states.slice(0, -1), state], facts, outdated: before });
    if (states.length === 16) throw new Error('An order has more than 16 versions, which need one bit each');
    return this.store(key, { states: [...states, state], facts: [...facts, ticketFacts[state.status]] });
  }

  private store(key: string, history: OrderHistory): number {
    this.histories.push(history);
    this.indexes.set(key, this.histories.length - 1);
    return this.histories.length - 1;
  }
}
