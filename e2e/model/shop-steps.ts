import { commitOrder, commitOrderFact, commitOrderFactAsBefore, commitTicket } from './commits.ts';
import {
  handleOrderEventInPayments,
  handleOrderEventInTickets,
  handleTicketEventInOrders,
  orderFactOf,
  reactionOfPayments,
} from './handlers.ts';
import type { Model } from './model.ts';
import { bit } from './model.ts';
import { CANCELED_BY_BUYER, EXPIRED, paymentFact } from './order-histories.ts';
import { orderName } from './order-names.ts';
import type { OrderPart, State } from './state.ts';
import type { Transitions } from './transitions.ts';

/** The steps of the seller, of buyers who reserve and cancel, of time, and the deliveries of all events. */
export class ShopSteps {
  private readonly model: Model;
  private readonly transitions: Transitions;

  constructor(model: Model, transitions: Transitions) {
    this.model = model;
    this.transitions = transitions;
  }

  changeTicket({ ticket }: State): void {
    const { world, tickets } = this.model;
    const edited = ticket.edits < world.edits ? tickets.change(ticket.history, {}) : undefined;
    if (edited !== undefined)
      this.transitions.optional('the seller edits the ticket', (_, all) => {
        all.ticket.edits++;
        commitTicket(this.model, all, edited);
      });
    const withdrawn = world.withdraw ? tickets.change(ticket.history, { status: 'withdrawn' }) : undefined;
    if (withdrawn !== undefined)
      this.transitions.optional('the seller withdraws the ticket', (_, all) => {
        commitTicket(this.model, all, withdrawn);
      });
  }

  /**
   * One insert: the unique index on `reservationKey` lets one buyer win, and that on claims makes a buyer wait. Orders are
   * named in the order of creation.
   */
  reserve({ ticket, orders: parts }: State): void {
    const { world, orders, tickets } = this.model;
    const order = parts.findIndex(({ history }) => history === 0);
    const replica = tickets.at(ticket.history)[ticket.replicated - 1]?.state;
    if (order < 0 || !replica) return;
    const { status } = replica;
    if (world.rules.orders.reservationError({ status, amount: 1, startsAt: null }, {}, 0)) return;
    const highest = Math.max(replica.reservationSeq, ...parts.map(({ seq }) => seq));
    const readsEarly = world.mutation === 'no unique reservationSeq';
    if (readsEarly && !ticket.readSeq)
      this.transitions.optional(`buyer B reads that the highest number is ${highest}`, (_, all) => {
        all.ticket.readSeq = highest + 1;
      });
    const isUnique = world.mutation !== 'no unique reservationKey';
    if (isUnique && parts.some((part) => this.model.keepsTicket(part))) return;
    if (world.oneBuyer && parts.some((part) => this.model.hasClaim(part))) return;
    const seq = readsEarly && order === 1 ? ticket.readSeq : highest + 1;
    if (seq)
      this.transitions.optional(`buyer ${orderName(order)} reserves (number ${seq})`, (_, all) => {
        const part = all.orders[order];
        if (!part) return;
        part.seq = seq;
        commitOrder(this.model, part, orders.initial);
      });
  }

  endOrder(part: OrderPart, name: string): void {
    const { world, orders } = this.model;
    if (world.buyerCancels && orders.isCancelable(part.history))
      this.transitions.optional(`the buyer cancels ${name}`, (own) => {
        commitOrderFact(this.model, own, CANCELED_BY_BUYER);
      });
    const mayExpire = world.expires && world.mutation !== 'no sweeper';
    if (mayExpire && orders.applyFact(part.history, EXPIRED) !== part.history)
      this.transitions.progress(`${name} expires`, (own) => {
        commitOrderFact(this.model, own, EXPIRED);
      });
    if (world.oneBuyer && this.model.orderStatus(part) === 'cancelled' && this.model.hasClaim(part))
      this.transitions.optional(`the cooldown after ${name} is over`, (own) => {
        own.released = 1;
      });
  }

  deliverTicketEvents(state: State): void {
    const count = this.model.tickets.at(state.ticket.history).length;
    for (let version = 1; version < count; version++)
      if (state.ticket.unpublished & bit(version))
        this.transitions.progress(`tickets publishes version ${version}`, (_, all) => {
          all.ticket.unpublished &= ~bit(version);
        });
      else this.deliverToOrders(state, version);
  }

  private deliverToOrders({ ticket, orders: parts }: State, version: number): void {
    const { orders, redelivers, isVersionGated, world } = this.model;
    const isNew = (ticket.pendingInOrders & bit(version)) !== 0;
    const isNewer = version >= ticket.replicated || !isVersionGated;
    const found = orderFactOf(this.model, ticket.history, version);
    const history = found ? (parts[found.order]?.history ?? 0) : 0;
    const hasEffect =
      found !== undefined &&
      (orders.applyFact(history, found.fact) !== history ||
        (world.rollOut && orders.applyFactAsBefore(history, found.fact) !== history));
    if (!isNew && !(redelivers && (isNewer || hasEffect))) return;
    const label = `orders receives version ${version} of the ticket (${this.describe(ticket.history, version)})`;
    const isHandled = isNewer || world.mutation !== 'orders reacts to new versions only';
    const deliver = (by: string, commit = commitOrderFact) => {
      this.transitions.deliver(
        label + by,
        isNew,
        (_, all) => (all.ticket.pendingInOrders &= ~bit(version)),
        (_, all) => {
          if (isNewer) all.ticket.replicated = version + 1;
          if (isHandled) handleTicketEventInOrders(this.model, all, version, commit);
        },
      );
    };
    deliver('');
    if (world.rollOut) deliver(' in a process of an earlier release', commitOrderFactAsBefore);
    if (isNewer)
      this.transitions.optional(`${label}, copies it and crashes`, (_, all) => {
        all.ticket.replicated = version + 1;
      });
  }

  private describe(history: number, version: number): string {
    const event = this.model.tickets.at(history)[version];
    if (!event) return '';
    if (event.refused >= 0) return `refuses order ${orderName(event.refused)}`;
    return event.state.status + (event.holder >= 0 ? ` for order ${orderName(event.holder)}` : '');
  }

  deliverOrderEvents(part: OrderPart, order: number, name: string): void {
    const { orders, redelivers } = this.model;
    const { states } = orders.at(part.history);
    for (let version = 0; version < states.length; version++) {
      const what = `version ${version} of ${name} (${states[version]?.status})`;
      if (part.unpublished & bit(version))
        this.transitions.progress(`orders publishes ${what}`, (own) => {
          own.unpublished &= ~bit(version);
        });
      else {
        this.deliverToTickets(part, order, version, what);
        this.deliverToPayments(part, version, what);
      }
    }
    if (redelivers && reactionOfPayments(this.model, part))
      this.transitions.optional(`payments handles ${name} again`, (own) => {
        handleOrderEventInPayments(this.model, own);
      });
  }

  private deliverToTickets(part: OrderPart, order: number, version: number, what: string): void {
    const { orders, redelivers } = this.model;
    const isNew = (part.pendingInTickets & bit(version)) !== 0;
    if (!isNew && !(redelivers && orders.at(part.history).facts[version])) return;
    this.transitions.deliver(
      `tickets receives ${what}`,
      isNew,
      (own) => (own.pendingInTickets &= ~bit(version)),
      (_, all) => {
        handleOrderEventInTickets(this.model, all, order, version);
      },
    );
  }

  /** Two writes: the replica of the order, and the reaction of the payment. The second runs on every delivery. */
  private deliverToPayments(part: OrderPart, version: number, what: string): void {
    const { orders, redelivers, isVersionGated, world } = this.model;
    const isNew = (part.pendingInPayments & bit(version)) !== 0;
    const isNewer = version >= part.replicated || !isVersionGated;
    if (!isNew && !(isNewer && redelivers)) return;
    const status = orders.at(part.history).states[version]?.status;
    const isHandled =
      status !== undefined &&
      world.rules.payments.affectsCharge(status) &&
      (isNewer || world.mutation !== 'payments reacts to new versions only');
    this.transitions.deliver(
      `payments receives ${what}`,
      isNew,
      (own) => (own.pendingInPayments &= ~bit(version)),
      (own) => {
        if (isNewer) own.replicated = version + 1;
        if (isHandled) handleOrderEventInPayments(this.model, own);
      },
    );
    if (isNewer)
      this.transitions.optional(`payments receives ${what}, copies it and crashes`, (own) => {
        own.replicated = version + 1;
      });
  }

  deliverPaymentEvents(part: OrderPart, name: string): void {
    const { orders, redelivers } = this.model;
    for (let index = 0; index < orders.paymentStatuses.length; index++) {
      if (!(part.paymentEvents & bit(index))) continue;
      const what = `that the payment of ${name} is ${orders.paymentStatuses[index]}`;
      const isNew = (part.pendingInOrders & bit(index)) !== 0;
      if (part.unpublishedPayment & bit(index))
        this.transitions.progress(`payments publishes ${what}`, (own) => {
          own.unpublishedPayment &= ~bit(index);
        });
      else if (isNew || (redelivers && orders.applyFact(part.history, paymentFact(index)) !== part.history))
        this.deliverPaymentEvent(part, index, isNew, what);
    }
  }

  private deliverPaymentEvent(part: OrderPart, index: number, isNew: boolean, what: string): void {
    const { world } = this.model;
    const deliver = (label: string, commit: typeof commitOrderFact) => {
      this.transitions.deliver(
        label,
        isNew,
        (own) => (own.pendingInOrders &= ~bit(index)),
        (own) => {
          commit(this.model, own, paymentFact(index));
        },
      );
    };
    deliver(`orders receives ${what}`, commitOrderFact);
    const { outdated } = this.model.orders.at(part.history);
    if (world.rollOut || (outdated && world.mutation === 'a confirmation is not compared'))
      deliver(`orders, with an outdated state, receives ${what}`, commitOrderFactAsBefore);
    const waits = this.model.charge(part).status === 'authorized';
    if (world.rollOut && waits && !isNew && this.model.orderStatus(part) === 'created')
      this.transitions.progress(`payments publishes again ${what}`, (own) => {
        commitOrderFact(this.model, own, paymentFact(index));
      });
  }
}
