import { nameOf } from './histories.ts';
import { bit } from './protocol.ts';
import type { Core } from './protocol.ts';
import type { OrderPart, State } from './state.ts';

/** What seller, buyers and time do, and how news of tickets, orders and payments arrive. */
export function shopSteps(core: Core) {
  const { world, orders, tickets, redelivers, isGated, progress, may, deliver } = core;
  const { rules, mutation } = world;

  function seller({ ticket }: State) {
    const edited = ticket.edits < world.edits ? tickets.sell(ticket.history, {}) : undefined;
    if (edited !== undefined)
      may('the seller edits the ticket', (_, all) => {
        all.ticket.edits++;
        core.commitTicket(all, edited);
      });
    const withdrawn = world.withdraw ? tickets.sell(ticket.history, { status: 'withdrawn' }) : undefined;
    if (withdrawn !== undefined)
      may('the seller withdraws the ticket', (_, all) => {
        core.commitTicket(all, withdrawn);
      });
  }

  function ticketNews(state: State) {
    const count = tickets.at(state.ticket.history).length;
    for (let version = 1; version < count; version++)
      if (state.ticket.unsent & bit(version))
        progress(`tickets publishes version ${version}`, (_, all) => {
          all.ticket.unsent &= ~bit(version);
        });
      else ticketTold(state, version);
  }

  function ticketTold({ ticket, orders: parts }: State, version: number) {
    const isNew = (ticket.toOrders & bit(version)) !== 0;
    const isNewer = version >= ticket.known || !isGated;
    const about = core.concern(ticket.history, version);
    const history = about ? (parts[about.order]?.history ?? 0) : 0;
    const isMoved = about !== undefined && orders.applyFact(history, about.fact) !== history;
    if (!isNew && !(redelivers && (isNewer || isMoved))) return;
    const label = `orders gets version ${version} of the ticket (${said(ticket.history, version)})`;
    const isHeeded = isNewer || mutation !== 'orders reacts behind the gate';
    deliver(
      label,
      isNew,
      (_, all) => (all.ticket.toOrders &= ~bit(version)),
      (_, all) => {
        if (isNewer) all.ticket.known = version + 1;
        if (isHeeded) core.ordersReacts(all, version);
      },
    );
    if (isNewer)
      may(`${label}, copies it and dies`, (_, all) => {
        all.ticket.known = version + 1;
      });
  }

  function said(history: number, version: number): string {
    const telling = tickets.at(history)[version];
    if (!telling) return '';
    if (telling.refused >= 0) return `refused to order ${nameOf(telling.refused)}`;
    return telling.slot.status + (telling.holder >= 0 ? ` for order ${nameOf(telling.holder)}` : '');
  }

  /** One insert, and the unique index on `slot` picks one winner. Orders are named as they come. */
  function reservation({ ticket, orders: parts }: State) {
    const order = parts.findIndex(({ history }) => history === 0);
    const copy = tickets.at(ticket.history)[ticket.known - 1];
    if (order < 0 || !copy) return;
    const { status } = copy.slot;
    if (rules.orders.reservationError({ status, amount: 1, startsAt: null }, undefined, 0)) return;
    const highest = Math.max(copy.slot.reservationSeq, ...parts.map(({ seq }) => seq));
    const readsEarly = mutation === 'no unique reservationSeq';
    if (readsEarly && !ticket.read)
      may(`buyer B reads that the highest number is ${highest}`, (_, all) => {
        all.ticket.read = highest + 1;
      });
    if (mutation !== 'no unique reservationKey' && parts.some((part) => core.keepsTicket(part))) return;
    const seq = readsEarly && order === 1 ? ticket.read : highest + 1;
    if (seq)
      may(`buyer ${nameOf(order)} reserves (number ${seq})`, (_, all) => {
        const part = all.orders[order];
        if (!part) return;
        part.seq = seq;
        core.commitOrder(part, orders.begin);
      });
  }

  function ends(part: OrderPart, name: string) {
    if (world.buyerCancels && orders.isCancellable(part.history))
      may(`the buyer cancels ${name}`, (own) => {
        core.moveOrder(own, orders.cancelled);
      });
    const isDue = !world.neverDue && mutation !== 'no sweeper';
    if (isDue && orders.applyFact(part.history, orders.expired) !== part.history)
      progress(`the time of ${name} is over`, (own) => {
        core.moveOrder(own, orders.expired);
      });
  }

  function orderNews(part: OrderPart, order: number, name: string) {
    const { states } = orders.at(part.history);
    for (let version = 0; version < states.length; version++) {
      const what = `version ${version} of ${name} (${states[version]?.status})`;
      if (part.unsent & bit(version))
        progress(`orders publishes ${what}`, (own) => {
          own.unsent &= ~bit(version);
        });
      else {
        newsForTickets(part, order, version, what);
        newsForPayments(part, version, what);
      }
    }
    if (redelivers && core.reaction(part))
      may(`payments looks at ${name} again`, (own) => {
        core.paymentsReacts(own);
      });
  }

  function newsForTickets(part: OrderPart, order: number, version: number, what: string) {
    const isNew = (part.toTickets & bit(version)) !== 0;
    if (!isNew && !(redelivers && orders.at(part.history).happened[version])) return;
    deliver(
      `tickets gets ${what}`,
      isNew,
      (own) => (own.toTickets &= ~bit(version)),
      (_, all) => {
        core.ticketsHears(all, order, version);
      },
    );
  }

  /** Two writes: the copy of the order, and what this version asks of the payment. The second runs on every delivery. */
  function newsForPayments(part: OrderPart, version: number, what: string) {
    const isNew = (part.toPayments & bit(version)) !== 0;
    const isNewer = version >= part.seen || !isGated;
    if (!isNew && !(isNewer && redelivers)) return;
    const status = orders.at(part.history).states[version]?.status;
    const isHeeded =
      status !== undefined &&
      world.rules.payments.affectsCharge(status) &&
      (isNewer || mutation !== 'payments reacts behind the gate');
    deliver(
      `payments gets ${what}`,
      isNew,
      (own) => (own.toPayments &= ~bit(version)),
      (own) => {
        if (isNewer) own.seen = version + 1;
        if (isHeeded) core.paymentsReacts(own);
      },
    );
    if (isNewer)
      may(`payments gets ${what}, copies it and dies`, (own) => {
        own.seen = version + 1;
      });
  }

  function paymentNews(part: OrderPart, name: string) {
    for (let nth = 0; nth < orders.told.length; nth++) {
      if (!(part.told & bit(nth))) continue;
      const what = `that the payment of ${name} is ${orders.told[nth]}`;
      const isNew = (part.toOrders & bit(nth)) !== 0;
      if (part.untold & bit(nth))
        progress(`payments publishes ${what}`, (own) => {
          own.untold &= ~bit(nth);
        });
      else if (isNew || (redelivers && orders.applyFact(part.history, orders.paid(nth)) !== part.history))
        deliver(
          `orders gets ${what}`,
          isNew,
          (own) => (own.toOrders &= ~bit(nth)),
          (own) => {
            core.moveOrder(own, orders.paid(nth));
          },
        );
    }
  }

  return { seller, ticketNews, reservation, ends, orderNews, paymentNews };
}
