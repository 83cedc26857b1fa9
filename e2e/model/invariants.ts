import type { Model } from './model.ts';
import { intentStatus } from './model.ts';
import { orderName } from './order-names.ts';
import type { OrderPart, State } from './state.ts';
import { ABSENT, ALL, AUTHORIZED, CAPTURED } from './state.ts';

/** Checks that return the violated invariant, with its number in docs/reliability.md, or '' where all hold. */
export class Invariants {
  private readonly model: Model;

  constructor(model: Model) {
    this.model = model;
  }

  /** Must hold in every state. */
  always({ ticket, orders: parts }: State): string {
    const holder = this.model.tickets.last(ticket.history)?.holder ?? -1;
    let alive = 0;
    for (const [index, part] of parts.entries()) {
      const state = this.model.orders.state(part.history);
      if (!state) continue;
      const { status } = state;
      if (status === 'created' || status === 'awaiting:payment' || status === 'complete') alive++;
      const hasBoth = state.ticketConfirmed && state.paymentAuthorized;
      if (status === 'created' && hasBoth && !this.model.world.rollOut)
        return 'I7 an order has both flags and is still created';
      const captures = capturesOf(part);
      if (captures > 1) return 'I2 two captured payments for one order';
      if (status === 'complete' && captures !== 1) return 'I2 a complete order without one capture';
      if (status === 'complete' && this.model.world.differs)
        return 'I2 a complete order whose payment differs';
      if (status === 'refunded' && part.refunded !== ALL) return 'I2 a refunded order without a refund';
      // Money that is captured although it should not be is refunded, which takes until the run is at rest.
      if (!captures || this.model.world.dashboard === 'captures' || this.model.world.differs) continue;
      if (status === 'created' || (status === 'cancelled' && part.refunded !== ALL))
        return `I2 money is captured for an order that is ${status}`;
      if (part.refunded !== ALL && holder !== index)
        return 'I1 money is captured and the ticket is not reserved for its order';
    }
    if (alive > 1) return 'I1 two live orders on one ticket';
    return this.model.world.oneBuyer ? this.duringCooldowns(parts) : '';
  }

  /** Of one buyer, only the latest order may have ended unpaid a moment ago. */
  private duringCooldowns(parts: OrderPart[]): string {
    const early = parts.findIndex((part, index) => {
      const order = this.model.orders.state(part.history);
      const endedUnpaid = order?.reason === 'buyer' || order?.reason === 'expired';
      return endedUnpaid && !part.released && parts[index + 1]?.history;
    });
    return early < 0 ? '' : `I11 reserved again during the cooldown after order ${orderName(early)}`;
  }

  /** Must hold in states without further progress. */
  atRest(state: State): string {
    const { replicated } = state.ticket;
    const last = this.model.tickets.at(state.ticket.history).length;
    if (replicated !== last)
      return `I5 orders has version ${replicated - 1} of the ticket, which is at ${last - 1}`;
    for (const [index, part] of state.orders.entries()) {
      const wrong = part.history ? this.orderAtRest(state, part, index) : '';
      if (wrong) return wrong;
    }
    const event = this.model.tickets.last(state.ticket.history);
    return event ? this.ticketAtRest(state, event.state.status, event.holder) : '';
  }

  /** Where reservations do not expire, an order may wait for ever for its buyer to pay. */
  private waitsForBuyer(part: OrderPart): boolean {
    const isOpen = ['none', 'open', 'requires_action', 'voided', 'failed'].includes(
      this.model.charge(part).status,
    );
    return !this.model.world.expires && this.model.orderStatus(part) === 'created' && isOpen;
  }

  private orderAtRest({ ticket }: State, part: OrderPart, index: number): string {
    const order = this.model.orders.state(part.history);
    const version = this.model.orders.at(part.history).states.length;
    const status = order?.status ?? 'created';
    const payment = this.model.charge(part).status;
    const what = `order ${orderName(index)} is ${status}, its payment ${payment}`;
    if (part.replicated !== version)
      return `I5 payments has version ${part.replicated - 1} of an order at ${version - 1}`;
    if (!this.model.world.expires && status === 'created') {
      const event = this.model.tickets.last(ticket.history);
      if (event?.holder !== index)
        return `I7 ${what}: the ticket is ${event?.state.status} and not for this order`;
      if (!order?.ticketConfirmed)
        return `I7 ${what}: the ticket is reserved, and the order is not confirmed`;
      if (isAuthorized(part)) return `I7 ${what}: it is confirmed and authorized, and still created`;
      if (this.waitsForBuyer(part)) return '';
    }
    if (status === 'created' || status === 'awaiting:payment') return `I7 stuck: ${what}`;
    return this.moneyAtRest(part, status, what);
  }

  private moneyAtRest(part: OrderPart, status: string, what: string): string {
    const payment = this.model.charge(part).status;
    if (isAuthorized(part)) return `I3 ${what}: an authorization is left`;
    if (status === 'cancelled' && capturesOf(part) && part.refunded !== ALL)
      return `I3 ${what}: money is kept`;
    if (status === 'complete' && part.refunded === ALL) return `I2 ${what}: the money is refunded`;
    const fits = { complete: ['captured'], refunded: ['refunded'] }[status] ?? [
      'none',
      'voided',
      'failed',
      'refunded',
    ];
    if (!fits.includes(payment)) return `I7 stuck: ${what}`;
    const intent = intentStatus(part);
    if (part.intent !== ABSENT && !this.model.world.rules.payments.isConsistent(payment, intent))
      return `I4 ${what}: the PaymentIntent is ${intent}`;
    return '';
  }

  private ticketAtRest({ orders: parts }: State, status: string, holder: number): string {
    const alive = parts.findIndex(
      (part) => this.model.orderStatus(part) === 'complete' || this.waitsForBuyer(part),
    );
    const what = `I1 the ticket is ${status} for ${holder < 0 ? 'no order' : `order ${orderName(holder)}`}, `;
    if (alive < 0 && (status === 'sold' || status === 'reserved' || holder >= 0))
      return `${what}no order is live`;
    if (alive >= 0 && ((status !== 'sold' && this.model.world.expires) || holder !== alive))
      return `${what}order ${orderName(alive)} is live`;
    const isRefunded = parts.some((part) => this.model.orderStatus(part) === 'refunded');
    if (isRefunded && status !== 'withdrawn') return `${what}although its sale was refunded`;
    const keeper = parts.findIndex((part) => this.model.keepsTicket(part));
    if (status === 'available' && keeper >= 0)
      return `${what}and order ${orderName(keeper)} keeps it: it can never be reserved again`;
    return '';
  }
}

function capturesOf({ intent, secondIntent }: OrderPart): number {
  return [intent, secondIntent].filter((status) => status === CAPTURED).length;
}

function isAuthorized({ intent, secondIntent }: OrderPart): boolean {
  return intent === AUTHORIZED || secondIntent === AUTHORIZED;
}
