import type { ReservationState } from '../../tickets/src/reservation.ts';
import type { TicketFact } from './order-histories.ts';
import { orderIndex, orderName } from './order-names.ts';
import type { Rules } from './rules.ts';
import { isAllowed, Violation } from './violation.ts';

/** An event of tickets: the state of the reservation, the order that holds it and the order it refuses; -1 for none. */
export type TicketEvent = { state: ReservationState; holder: number; refused: number };

const listed: ReservationState = { status: 'available', reservationSeq: 0 };
const facts: TicketFact[] = ['created', 'cancelled', 'complete', 'refunded'];

/** All histories of the ticket met so far, by index; 0 is a ticket just listed. The results of the rules are cached. */
export class TicketHistories {
  private readonly rules: Rules;
  private readonly histories: TicketEvent[][] = [[{ state: listed, holder: -1, refused: -1 }]];
  private readonly next: number[][] = [];
  private readonly indexes = new Map<string, number>();
  private readonly available: (boolean | undefined)[] = [];

  constructor(rules: Rules) {
    this.rules = rules;
  }

  at(index: number): TicketEvent[] {
    return this.histories[index] ?? [];
  }

  last(index: number): TicketEvent | undefined {
    return this.at(index).at(-1);
  }

  state(index: number): ReservationState {
    return this.last(index)?.state ?? listed;
  }

  /** The history after a fact of an order: the same index where the fact changes nothing. */
  applyFact(index: number, happened: TicketFact, order: number, reservationSeq: number): number {
    const row = (this.next[index] ??= []);
    const cell = (reservationSeq * 3 + order) * 4 + facts.indexOf(happened);
    const known = row[cell];
    if (known !== undefined) return known;
    const fact = { happened, orderId: orderName(order), buyerId: '', reservationSeq, at: new Date(0) };
    const changes = this.rules.tickets.applyOrderFact(this.state(index), fact);
    return (row[cell] = changes ? this.add(index, changes, order) : index);
  }

  /** The history after a change by the seller; undefined where tickets refuses it. */
  change(index: number, changes: Partial<ReservationState>): number | undefined {
    const isAvailable = (this.available[index] ??= isAllowed(() => {
      this.rules.tickets.assertAvailable(this.state(index));
    }));
    return isAvailable ? this.add(index, changes, -1) : undefined;
  }

  private add(from: number, changes: Partial<ReservationState>, order: number): number {
    const before = this.state(from);
    const state = { ...before, ...changes };
    if (before.status === 'withdrawn' && state.status !== 'withdrawn')
      throw new Violation(`I6 a withdrawn ticket becomes ${state.status}`);
    const refused = order >= 0 && state.refusedOrderId === orderName(order) ? order : -1;
    const key = `${from} ${JSON.stringify(state)} ${refused}`;
    const known = this.indexes.get(key);
    if (known !== undefined) return known;
    if (this.at(from).length === 16)
      throw new Error('The ticket has more than 16 versions, which need one bit each');
    this.histories.push([...this.at(from), { state, holder: orderIndex(state.orderId), refused }]);
    this.indexes.set(key, this.histories.length - 1);
    return this.histories.length - 1;
  }
}
