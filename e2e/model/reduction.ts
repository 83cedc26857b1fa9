import { orderFactOf } from './handlers.ts';
import type { Model } from './model.ts';
import { bit } from './model.ts';
import { paymentFact } from './order-histories.ts';
import type { OrderPart, State } from './state.ts';
import { CONSUMED, IN_FLIGHT } from './state.ts';

const callsStripe = ['open', 'pending', 'requires_action', 'capturing', 'voiding'];

/**
 * Merges states that differ only in what can have no effect any more: answers that no step reads, and events that
 * change nothing, which count as handled. Keeps the state space small without hiding a run.
 */
export class Reduction {
  private readonly model: Model;
  private readonly reactions: Map<string | undefined, boolean>[] = [];

  constructor(model: Model) {
    this.model = model;
  }

  apply(state: State): void {
    for (const part of state.orders) this.discardAnswers(part);
    if (!this.model.world.skipsIneffectiveEvents) return;
    this.skipTicketEvents(state);
    for (let order = 0; order < state.orders.length; order++) {
      const part = state.orders[order];
      if (!part?.history) continue;
      this.skipOrderEvents(state, part, order);
      this.skipPaymentEvents(part);
    }
  }

  private discardAnswers(part: OrderPart): void {
    const { status } = this.model.charge(part);
    const needsIntent = !part.hasIntent && (status === 'open' || status === 'pending');
    if (part.create > IN_FLIGHT && !needsIntent) part.create = CONSUMED;
    if (part.confirm1 > IN_FLIGHT && !(status === 'pending' && part.attempt === 1)) part.confirm1 = CONSUMED;
    if (part.confirm2 > IN_FLIGHT && !(status === 'pending' && part.attempt === 2)) part.confirm2 = CONSUMED;
    if (part.capture > IN_FLIGHT && status !== 'capturing') part.capture = CONSUMED;
    if (part.cancel > IN_FLIGHT && status !== 'voiding') part.cancel = CONSUMED;
    if (part.lateIntent && !callsStripe.includes(status)) part.lateIntent = 0;
  }

  private skipTicketEvents({ ticket, orders: parts }: State): void {
    const { orders, tickets } = this.model;
    const count = Math.min(tickets.at(ticket.history).length, ticket.replicated);
    for (let version = 1; version < count; version++) {
      if (!(ticket.pendingInOrders & bit(version)) || ticket.unpublished & bit(version)) continue;
      const found = orderFactOf(this.model, ticket.history, version);
      const history = found && (parts[found.order]?.history ?? 0);
      if (!found || orders.applyFact(history ?? 0, found.fact) === history)
        ticket.pendingInOrders &= ~bit(version);
    }
  }

  private skipOrderEvents({ ticket }: State, part: OrderPart, order: number): void {
    const { orders, tickets } = this.model;
    const { states, facts } = orders.at(part.history);
    const { reservationSeq } = tickets.state(ticket.history);
    for (let version = 0; version < states.length; version++) {
      const event = bit(version);
      if (part.unpublished & event) continue;
      const fact = facts[version];
      if (
        part.pendingInTickets & event &&
        (!fact ||
          (reservationSeq >= part.seq &&
            tickets.applyFact(ticket.history, fact, order, part.seq) === ticket.history))
      )
        part.pendingInTickets &= ~event;
      if (part.pendingInPayments & event && version < part.replicated && !this.mayReact(part))
        part.pendingInPayments &= ~event;
    }
  }

  private skipPaymentEvents(part: OrderPart): void {
    const { orders } = this.model;
    const status = this.model.orderStatus(part);
    for (let index = 0; index < orders.paymentStatuses.length; index++) {
      if (!(part.pendingInOrders & bit(index)) || part.unpublishedPayment & bit(index)) continue;
      const isLast = status !== 'created' && (index === 0 || status !== 'awaiting:payment');
      const isRefund = status === 'complete' && orders.paymentStatuses[index] === 'refunded';
      if (isLast && !isRefund && orders.applyFact(part.history, paymentFact(index)) === part.history)
        part.pendingInOrders &= ~bit(index);
    }
  }

  /** Whether the order's replica in payments may still affect the payment, in any status the payment can reach. */
  private mayReact(part: OrderPart): boolean {
    const { payments } = this.model.world.rules;
    const order = this.model.replicaStatus(part);
    const row = (this.reactions[part.charge] ??= new Map<string | undefined, boolean>());
    let known = row.get(order);
    if (known === undefined) {
      const reachable = new Set([this.model.charge(part).status]);
      for (const status of reachable)
        for (const next of Object.values(payments.table[status])) reachable.add(next);
      known =
        order !== undefined && [...reachable].some((status) => payments.reactToOrder(order, { status }));
      row.set(order, known);
    }
    return known;
  }
}
