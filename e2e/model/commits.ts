import type { PaymentStatus } from '@ticketing/common';
import type { Decision } from '../../payments/src/charge.ts';
import type { Model } from './model.ts';
import { bit } from './model.ts';
import type { OrderPart, State } from './state.ts';

// Each function is one atomic write: the new state of an aggregate together with its event.

export function commitOrderFact(model: Model, part: OrderPart, fact: number): void {
  const next = model.orders.applyFact(part.history, fact);
  if (next !== part.history) commitOrder(model, part, next);
}

/** The write of a process that compares only the version. */
export function commitOrderFactAsBefore(model: Model, part: OrderPart, fact: number): void {
  const next = model.orders.applyFactAsBefore(part.history, fact);
  if (next !== part.history) commitOrder(model, part, next);
}

export function commitOrder({ orders, world }: Model, part: OrderPart, next: number): void {
  const isSilent = orders.at(next).states.length === orders.at(part.history).states.length;
  part.history = next;
  if (isSilent) return;
  const version = bit(orders.at(next).states.length - 1);
  part.pendingInTickets |= version;
  part.pendingInPayments |= version;
  if (world.explicitOutbox) part.unpublished |= version;
}

export function commitTicket({ tickets, world }: Model, { ticket }: State, next: number): void {
  if (next === ticket.history) return;
  ticket.history = next;
  const version = bit(tickets.at(next).length - 1);
  ticket.pendingInOrders |= version;
  if (world.explicitOutbox) ticket.unpublished |= version;
}

export function commitDecision(model: Model, part: OrderPart, decision: Decision): void {
  const { charges, orders, world } = model;
  const before = model.charge(part).status;
  part.charge = charges.applyDecision(part.charge, decision);
  const { status } = model.charge(part);
  if (status === before || !world.rules.payments.publishedEvent[status]) return;
  const event = bit(orders.paymentStatuses.indexOf(status as PaymentStatus));
  part.paymentEvents |= event;
  part.pendingInOrders |= event;
  if (world.explicitOutbox) part.unpublishedPayment |= event;
}
