import type { Change, Model } from './model.ts';
import { Reduction } from './reduction.ts';
import type { OrderPart, State } from './state.ts';
import { copyOf, emptyState } from './state.ts';
import { Violation } from './violation.ts';

/** Receives a successor of a state. `next` is undefined where the step itself is a violation. */
export type Emit = (next: State | undefined, label: string, isProgress: boolean, violation?: string) => void;

const noOrder = emptyState(1).orders[0] as OrderPart;

/** Emits the successors of one state. The steps of an order see it as `own` after `startOrder`. */
export class Transitions {
  private readonly model: Model;
  private readonly reduction: Reduction;
  private from: State;
  private order = -1;
  private emit: Emit = () => undefined;

  constructor(model: Model) {
    this.model = model;
    this.reduction = new Reduction(model);
    this.from = emptyState(model.world.orders);
  }

  startState(from: State, emit: Emit): void {
    this.from = from;
    this.emit = emit;
    this.order = -1;
  }

  startOrder(order: number): void {
    this.order = order;
  }

  /** A step that happens by itself, sooner or later. */
  progress(label: string, change: Change): void {
    this.take(label, true, false, change);
  }

  /** A step that users and faults may or may not cause. */
  optional(label: string, change: Change): void {
    this.take(label, false, false, change);
  }

  /** The delivery of an event: the first one is certain, and a repeated one must change nothing. */
  deliver(label: string, isNew: boolean, acknowledge: Change, handle: Change): void {
    // Without a name of its own: esbuild, which tsx uses, keeps names, and setting one took a sixth of the time.
    this.take(isNew ? label : `${label} again`, isNew, !isNew, (own, all) => {
      acknowledge(own, all);
      handle(own, all);
    });
    const isLossy = this.model.world.mutation === 'event acknowledged before the write';
    if (!isLossy || this.from.ticket.lostEvent) return;
    this.optional(`${label}, acknowledges it and crashes`, (own, all) => {
      all.ticket.lostEvent = 1;
      acknowledge(own, all);
    });
  }

  private take(label: string, isProgress: boolean, isRepeat: boolean, change: Change): void {
    const next = copyOf(this.from);
    try {
      change(next.orders[this.order] ?? noOrder, next);
      this.reduction.apply(next);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      this.emit(undefined, label, isProgress, error.message);
      return;
    }
    const { world } = this.model;
    if (isRepeat && world.redeliveryChangesNothing && differs(this.from, next)) {
      this.emit(undefined, label, isProgress, 'I6 an event that is delivered again changes something');
      return;
    }
    this.emit(next, label, isProgress);
    if (world.mutation === 'no outbox' && !this.from.ticket.lostEvent) this.loseEvents(next, label);
  }

  /** The commit succeeds and its events are lost with the process. */
  private loseEvents(next: State, label: string): void {
    const lost = copyOf(next);
    lost.ticket.pendingInOrders &= this.from.ticket.pendingInOrders;
    for (const [order, part] of lost.orders.entries()) {
      const before = this.from.orders[order] ?? part;
      part.pendingInTickets &= before.pendingInTickets;
      part.pendingInPayments &= before.pendingInPayments;
      part.pendingInOrders &= before.pendingInOrders;
    }
    if (!differs(next, lost)) return;
    lost.ticket.lostEvent = 1;
    this.emit(lost, `${label}, and the process crashes before it publishes`, false);
  }
}

function differs(one: State, other: State): boolean {
  return (
    hasDifferentField(one.ticket, other.ticket) ||
    one.orders.some((part, order) => hasDifferentField(part, other.orders[order] ?? part))
  );
}

function hasDifferentField<T extends object>(one: T, other: T): boolean {
  for (const field in one) if (one[field] !== other[field]) return true;
  return false;
}
