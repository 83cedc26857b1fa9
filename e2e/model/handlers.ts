import type { Decision } from '../../payments/src/charge.ts';
import { commitDecision, commitOrderFact, commitTicket } from './commits.ts';
import type { Model } from './model.ts';
import { CONFIRMED, REFUSED_BY_TICKETS } from './order-histories.ts';
import type { OrderPart, State } from './state.ts';

/** The order that an event of the ticket is about, and which fact the event is to that order. */
export function orderFactOf(
  { tickets }: Model,
  history: number,
  version: number,
): { order: number; fact: number } | undefined {
  const event = tickets.at(history)[version];
  if (!event) return undefined;
  if (event.refused >= 0) return { order: event.refused, fact: REFUSED_BY_TICKETS };
  return event.holder >= 0 ? { order: event.holder, fact: CONFIRMED } : undefined;
}

export function handleTicketEventInOrders(
  model: Model,
  state: State,
  version: number,
  commit = commitOrderFact,
): void {
  const found = orderFactOf(model, state.ticket.history, version);
  const part = found && state.orders[found.order];
  if (part) commit(model, part, found.fact);
}

export function handleOrderEventInTickets(model: Model, state: State, order: number, version: number): void {
  const part = state.orders[order];
  const fact = part && model.orders.at(part.history).facts[version];
  if (fact) commitTicket(model, state, model.tickets.applyFact(state.ticket.history, fact, order, part.seq));
}

export function handleOrderEventInPayments(model: Model, part: OrderPart): void {
  for (let decision = reactionOfPayments(model, part); decision; decision = reactionOfPayments(model, part)) {
    const before = part.charge;
    commitDecision(model, part, decision);
    if (part.charge === before) return;
  }
}

export function reactionOfPayments(model: Model, part: OrderPart): Decision {
  const status = model.replicaStatus(part);
  return status && model.world.rules.payments.reactToOrder(status, model.charge(part));
}
