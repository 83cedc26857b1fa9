import type { PaymentStatus } from '@ticketing/common';
import type { Charge, Decision, IntentStatus } from '../../payments/src/charge.ts';
import { chargeBook, nameOf, orderBook, ticketBook, Violation } from './histories.ts';
import { moneySteps } from './money-steps.ts';
import { shopSteps } from './shop-steps.ts';
import { copyOf, emptyState, intents, UNDER_WAY, USED } from './state.ts';
import type { OrderPart, State } from './state.ts';
import type { World } from './world.ts';

/** `next` is undefined where the step itself is a violation. */
export type Emit = (next: State | undefined, label: string, isProgress: boolean, violation?: string) => void;

/** What a step changes: of the order that it is about, or of all. */
export type Change = (own: OrderPart, all: State) => void;

export const bit = (n: number) => 1 << n;
const busyAtStripe = ['open', 'pending', 'requires_action', 'capturing', 'voiding'];

/**
 * The purchase protocol as a transition system. What is decided is asked of the services' rules; what stands here are
 * the thin edges around them: which write a decision belongs to, what is guarded, what is told to whom, and what
 * Stripe, buyers, sellers and time may do.
 *
 * What keeps it small without hiding anything:
 * - An event, once committed with its aggregate, can be delivered at any later time, in any order, any number of
 *   times. Only who has not yet handled it is kept. So duplicates, redelivery and disorder have no bound.
 * - Every handler is one atomic write of one document: a crash before it changes nothing, a crash after it is a
 *   duplicate. Handlers that write two documents, or twice, are split, and a crash may come between.
 * - A request to Stripe may take effect at any time after it was sent, though its sender is long dead; the answer is
 *   kept under the idempotency key and may be read late, again, or never.
 * - Events hold the whole state, so an aggregate's past is kept, and the content of an event is a piece of it.
 * - A reservation may be due at any moment: a superset of all timers, clocks and sweeps.
 *
 * Progress (workers, deliveries, answers, the sweeper) is told apart from what people and faults do: with progress
 * alone every run must end, and where it ends everything must be final and agree.
 */
export function protocol(world: World) {
  const { rules, mutation } = world;
  const orders = orderBook(rules);
  const tickets = ticketBook(rules);
  const charges = chargeBook(rules, world.amountAgrees);
  const { payments } = rules;
  const redelivers = mutation !== 'no outbox' && mutation !== 'acknowledged before it is written';
  const isGated = mutation !== 'version gate removed';

  // ---- commits: a state and its event in one write ----------------------------------------------

  function moveOrder(part: OrderPart, fact: number) {
    const next = orders.applyFact(part.history, fact);
    if (next !== part.history) commitOrder(part, next);
  }

  function commitOrder(part: OrderPart, next: number) {
    part.history = next;
    const version = bit(orders.at(next).states.length - 1);
    part.toTickets |= version;
    part.toPayments |= version;
    if (world.explicitOutbox) part.unsent |= version;
  }

  function commitTicket({ ticket }: State, next: number) {
    if (next === ticket.history) return;
    ticket.history = next;
    const version = bit(tickets.at(next).length - 1);
    ticket.toOrders |= version;
    if (world.explicitOutbox) ticket.unsent |= version;
  }

  function decide(part: OrderPart, decision: Decision) {
    const before = charges.at(part.charge).status;
    part.charge = charges.decide(part.charge, decision);
    const { status } = charges.at(part.charge);
    if (status === before || !payments.publishedEvent[status]) return;
    const event = bit(orders.told.indexOf(status as PaymentStatus));
    part.told |= event;
    part.toOrders |= event;
    if (world.explicitOutbox) part.untold |= event;
  }

  // ---- what is read ---------------------------------------------------------------------------------

  const statusOf = (part: OrderPart) => orders.state(part.history)?.status;
  const seenBy = ({ history, seen }: OrderPart) => orders.at(history).states[seen - 1]?.status;
  const chargeOf = (part: OrderPart): Charge => charges.at(part.charge);
  const intentOf = (part: OrderPart) => intents[part.intent] as IntentStatus;
  const keepsTicket = (part: OrderPart) => {
    const status = statusOf(part);
    return status !== undefined && rules.orders.keepsTicket(status);
  };

  // ---- handlers -------------------------------------------------------------------------------------

  /** The order that an event of the ticket concerns, and the fact that it is to that order. */
  function concern(history: number, version: number): { order: number; fact: number } | undefined {
    const telling = tickets.at(history)[version];
    if (!telling) return undefined;
    if (telling.refused >= 0) return { order: telling.refused, fact: orders.refused };
    return telling.holder >= 0 ? { order: telling.holder, fact: orders.confirmed } : undefined;
  }

  function ordersReacts(state: State, version: number) {
    const about = concern(state.ticket.history, version);
    const part = about && state.orders[about.order];
    if (part) moveOrder(part, about.fact);
  }

  function ticketsHears(state: State, order: number, version: number) {
    const part = state.orders[order];
    const happened = part && orders.at(part.history).happened[version];
    if (happened) commitTicket(state, tickets.applyFact(state.ticket.history, happened, order, part.seq));
  }

  function reaction(part: OrderPart): Decision {
    const seen = seenBy(part);
    return seen && payments.reactToOrder(seen, chargeOf(part));
  }

  function paymentsReacts(part: OrderPart) {
    for (let decision = reaction(part); decision; decision = reaction(part)) {
      const before = part.charge;
      decide(part, decision);
      if (part.charge === before) return;
    }
  }

  // ---- where nothing can come of it any more, it is taken as handled -----------------------------------

  function tidy(state: State) {
    for (const part of state.orders) forgetAnswers(part);
    if (!world.eager) return;
    const { ticket } = state;
    for (let version = 1; version < tickets.at(ticket.history).length && version < ticket.known; version++) {
      if (!(ticket.toOrders & bit(version)) || ticket.unsent & bit(version)) continue;
      const about = concern(ticket.history, version);
      const history = about && (state.orders[about.order]?.history ?? 0);
      if (!about || orders.applyFact(history ?? 0, about.fact) === history) ticket.toOrders &= ~bit(version);
    }
    for (let order = 0; order < state.orders.length; order++) {
      const part = state.orders[order];
      if (part?.history) tidyOrder(state, part, order);
    }
  }

  function tidyOrder({ ticket }: State, part: OrderPart, order: number) {
    const { states, happened } = orders.at(part.history);
    const { reservationSeq } = tickets.slot(ticket.history);
    for (let version = 0; version < states.length; version++) {
      const event = bit(version);
      if (part.unsent & event) continue;
      const what = happened[version];
      if (
        part.toTickets & event &&
        (!what ||
          (reservationSeq >= part.seq &&
            tickets.applyFact(ticket.history, what, order, part.seq) === ticket.history))
      )
        part.toTickets &= ~event;
      if (part.toPayments & event && version < part.seen && !mayReact(part)) part.toPayments &= ~event;
    }
    const status = statusOf(part);
    for (let nth = 0; nth < orders.told.length; nth++) {
      if (!(part.toOrders & bit(nth)) || part.untold & bit(nth)) continue;
      const isLast = status !== 'created' && (nth === 0 || status !== 'awaiting:payment');
      const isComplete = status === 'complete' && orders.told[nth] === 'refunded';
      if (isLast && !isComplete && orders.applyFact(part.history, orders.paid(nth)) === part.history)
        part.toOrders &= ~bit(nth);
    }
  }

  const reachable: Map<string | undefined, boolean>[] = [];
  /** Whether this copy of the order could still ask something of its payment, whatever becomes of the payment. */
  function mayReact(part: OrderPart): boolean {
    const seen = seenBy(part);
    const { status } = chargeOf(part);
    const row = (reachable[part.charge] ??= new Map<string | undefined, boolean>());
    let known = row.get(seen);
    if (known === undefined) {
      const found = new Set([status]);
      for (const one of found) for (const next of Object.values(payments.table[one])) found.add(next);
      known = seen !== undefined && [...found].some((one) => payments.reactToOrder(seen, { status: one }));
      row.set(seen, known);
    }
    return known;
  }

  function forgetAnswers(part: OrderPart) {
    const { status } = chargeOf(part);
    const isWanted = !part.hasIntent && (status === 'open' || status === 'pending');
    if (part.create > UNDER_WAY && !isWanted) part.create = USED;
    if (part.confirm1 > UNDER_WAY && !(status === 'pending' && part.attempt === 1)) part.confirm1 = USED;
    if (part.confirm2 > UNDER_WAY && !(status === 'pending' && part.attempt === 2)) part.confirm2 = USED;
    if (part.capture > UNDER_WAY && status !== 'capturing') part.capture = USED;
    if (part.cancel > UNDER_WAY && status !== 'voiding') part.cancel = USED;
    if (part.late && !busyAtStripe.includes(status)) part.late = 0;
  }

  // ---- one step further -----------------------------------------------------------------------------

  let here = begin();
  let about = -1;
  let tell: Emit = () => undefined;

  function take(label: string, isProgress: boolean, change: Change, isRepeat: boolean) {
    const next = copyOf(here);
    try {
      change(next.orders[about] ?? nobody, next);
      tidy(next);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      tell(undefined, label, isProgress, error.message);
      return;
    }
    if (isRepeat && world.repeatsChangeNothing && differs(here, next)) {
      tell(undefined, label, isProgress, 'I6 an event that is delivered again changes something');
      return;
    }
    tell(next, label, isProgress);
    if (mutation === 'no outbox' && !here.ticket.lost) loseNews(next, label);
  }

  /** What happens by itself, sooner or later. */
  function progress(label: string, change: Change) {
    take(label, true, change, false);
  }

  /** What people and faults may do, or may not. */
  function may(label: string, change: Change) {
    take(label, false, change, false);
  }

  /** A delivery: the first one comes for certain, and one that comes again must change nothing. */
  function deliver(label: string, isNew: boolean, acknowledge: Change, handle: Change) {
    const both: Change = heard(acknowledge, handle);
    take(isNew ? label : `${label} again`, isNew, both, !isNew);
    if (mutation !== 'acknowledged before it is written' || here.ticket.lost) return;
    may(`${label}, acknowledges it and dies`, (own, all) => {
      all.ticket.lost = 1;
      acknowledge(own, all);
    });
  }

  /** The commit stands, what it had to tell is lost with the process. */
  function loseNews(next: State, label: string) {
    const lost = copyOf(next);
    lost.ticket.toOrders &= here.ticket.toOrders;
    for (const [nth, part] of lost.orders.entries()) {
      const before = here.orders[nth] ?? part;
      part.toTickets &= before.toTickets;
      part.toPayments &= before.toPayments;
      part.toOrders &= before.toOrders;
    }
    if (!differs(next, lost)) return;
    lost.ticket.lost = 1;
    tell(lost, `${label}, and the process dies before it tells`, false);
  }

  const core = {
    world,
    orders,
    tickets,
    redelivers,
    isGated,
    moveOrder,
    commitOrder,
    commitTicket,
    decide,
    statusOf,
    seenBy,
    chargeOf,
    intentOf,
    keepsTicket,
    concern,
    ordersReacts,
    ticketsHears,
    reaction,
    paymentsReacts,
    progress,
    may,
    deliver,
  };
  const shop = shopSteps(core);
  const money = moneySteps(core);

  function successors(state: State, emit: Emit) {
    here = state;
    tell = emit;
    about = -1;
    shop.seller(state);
    shop.ticketNews(state);
    shop.reservation(state);
    for (about = 0; about < state.orders.length; about++) {
      const part = state.orders[about];
      if (!part?.history) continue;
      const name = `order ${nameOf(about)}`;
      shop.ends(part, name);
      shop.orderNews(part, about, name);
      shop.paymentNews(part, name);
      if (about < world.payers) money(part, name, state.ticket.errors < world.errors);
    }
  }

  function begin(): State {
    const state = emptyState(world.orders);
    state.ticket.known = 1;
    return state;
  }

  return { core, begin, successors, orders, tickets, charges };
}
export type Protocol = ReturnType<typeof protocol>;
export type Core = Protocol['core'];

const nobody = emptyState(1).orders[0] as OrderPart;

function heard(acknowledge: Change, handle: Change): Change {
  return (own, all) => {
    acknowledge(own, all);
    handle(own, all);
  };
}

function differs(one: State, other: State): boolean {
  return (
    isUnlike(one.ticket, other.ticket) ||
    one.orders.some((part, nth) => isUnlike(part, other.orders[nth] ?? part))
  );
}

function isUnlike<T extends object>(one: T, other: T): boolean {
  for (const field in one) if (one[field] !== other[field]) return true;
  return false;
}
