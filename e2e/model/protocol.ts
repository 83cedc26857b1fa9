import type { PaymentStatus } from '@ticketing/common';
import type { AnswerKind, Charge, Decision, IntentStatus } from '../../payments/src/charge.ts';
import { chargeBook, orderBook, ticketBook, Violation } from './histories.ts';
import {
  ABSENT,
  ASKED,
  ASKS,
  CANCELED,
  copyOf,
  DECLINED,
  emptyState,
  FAILED,
  HELD,
  IDLE,
  intents,
  OK,
  REFUSED,
  TAKEN,
  UNDER_WAY,
  USED,
  WAITS,
} from './state.ts';
import type { OrderPart, State } from './state.ts';
import type { World } from './world.ts';

/** `next` is undefined where the step itself is a violation. Labels are made only when somebody reads them. */
export type Emit = (
  next: State | undefined,
  label: () => string,
  isProgress: boolean,
  violation?: string,
) => void;

const bit = (n: number) => 1 << n;
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
    const next = orders.follow(part.history, fact);
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
    if (status === before || !payments.announces[status]) return;
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
    if (happened) commitTicket(state, tickets.follow(state.ticket.history, happened, order, part.seq));
  }

  function reaction(part: OrderPart): Decision {
    const seen = seenBy(part);
    return seen && payments.react(seen, chargeOf(part));
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
    state.orders.forEach((part) => {
      forgetAnswers(part);
    });
    if (!world.eager) return;
    const { ticket } = state;
    for (let version = 1; version < tickets.at(ticket.history).length && version < ticket.known; version++) {
      if (!(ticket.toOrders & bit(version)) || ticket.unsent & bit(version)) continue;
      const about = concern(ticket.history, version);
      const history = about && (state.orders[about.order]?.history ?? 0);
      if (!about || orders.follow(history ?? 0, about.fact) === history) ticket.toOrders &= ~bit(version);
    }
    state.orders.forEach((part, order) => {
      tidyOrder(state, part, order);
    });
  }

  function tidyOrder({ ticket }: State, part: OrderPart, order: number) {
    const { states, happened } = orders.at(part.history);
    const { slotSeq } = tickets.slot(ticket.history);
    for (let version = 0; version < states.length; version++) {
      const event = bit(version);
      if (part.unsent & event) continue;
      const what = happened[version];
      if (
        part.toTickets & event &&
        (!what ||
          (slotSeq >= part.seq && tickets.follow(ticket.history, what, order, part.seq) === ticket.history))
      )
        part.toTickets &= ~event;
      if (part.toPayments & event && version < part.seen && !mayReact(part)) part.toPayments &= ~event;
    }
    const status = statusOf(part);
    for (let nth = 0; nth < orders.told.length; nth++) {
      if (!(part.toOrders & bit(nth)) || part.untold & bit(nth)) continue;
      const isLast = status !== 'created' && (nth === 0 || status !== 'awaiting:payment');
      const isComplete = status === 'complete' && orders.told[nth] === 'refunded';
      if (isLast && !isComplete && orders.follow(part.history, orders.paid(nth)) === part.history)
        part.toOrders &= ~bit(nth);
    }
  }

  const reachable = new Map<string, boolean>();
  /** Whether this copy of the order could still ask something of its payment, whatever becomes of the payment. */
  function mayReact(part: OrderPart): boolean {
    const seen = seenBy(part);
    const { status } = chargeOf(part);
    const key = `${seen} ${status}`;
    let known = reachable.get(key);
    if (known === undefined) {
      const found = new Set([status]);
      for (const one of found) for (const next of Object.values(payments.table[one])) found.add(next);
      known = seen !== undefined && [...found].some((one) => payments.react(seen, { status: one }));
      reachable.set(key, known);
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

  function successors(state: State, emit: Emit) {
    const { ticket } = state;

    function step(label: () => string, isProgress: boolean, change: (next: State) => void, isRepeat = false) {
      const next = copyOf(state);
      try {
        change(next);
        tidy(next);
      } catch (error) {
        if (!(error instanceof Violation)) throw error;
        emit(undefined, label, isProgress, error.message);
        return;
      }
      if (isRepeat && world.repeatsChangeNothing && differs(state, next)) {
        emit(undefined, label, isProgress, 'I6 an event that is delivered again changes something');
        return;
      }
      emit(next, label, isProgress);
      if (mutation === 'no outbox' && !ticket.lost) loseNews(next, label);
    }

    /** The commit stands, what it had to tell is lost with the process. */
    function loseNews(next: State, label: () => string) {
      const lost = copyOf(next);
      lost.ticket.toOrders &= ticket.toOrders;
      lost.orders.forEach((part, nth) => {
        const before = state.orders[nth];
        if (!before) return;
        part.toTickets &= before.toTickets;
        part.toPayments &= before.toPayments;
        part.toOrders &= before.toOrders;
      });
      if (!differs(next, lost)) return;
      lost.ticket.lost = 1;
      emit(lost, () => `${label()}, and the process dies before it tells`, false);
    }

    /** A delivery that is acknowledged and then not carried out. */
    function loseDelivery(label: () => string, acknowledge: (next: State) => void) {
      if (mutation !== 'acknowledged before it is written' || ticket.lost) return;
      step(
        () => `${label()}, acknowledges it and dies`,
        false,
        (next) => {
          next.ticket.lost = 1;
          acknowledge(next);
        },
      );
    }

    seller();
    ticketNews();
    reservation();
    state.orders.forEach((part, order) => {
      if (!part.history) return;
      const name = `order ${nameFor(order)}`;
      const inOrder =
        (change: (next: OrderPart, all: State) => void): ((next: State) => void) =>
        (next) => {
          const own = next.orders[order];
          if (own) change(own, next);
        };
      ends(part, name, inOrder);
      orderNews(part, order, name, inOrder);
      paymentNews(part, name, inOrder);
      if (order >= world.payers) return;
      buyerPays(part, name, inOrder);
      tryCard(part, name, inOrder);
      atStripe(part, name, inOrder);
      look(part, name, inOrder);
      takeMoney(part, name, inOrder);
      giveMoneyBack(part, name, inOrder);
    });

    type InOrder = (change: (next: OrderPart, all: State) => void) => (next: State) => void;

    function seller() {
      const edited = ticket.edits < world.edits ? tickets.sell(ticket.history, {}) : undefined;
      if (edited !== undefined)
        step(
          () => 'the seller edits the ticket',
          false,
          (next) => {
            next.ticket.edits++;
            commitTicket(next, edited);
          },
        );
      if (!world.withdraw) return;
      const withdrawn = tickets.sell(ticket.history, { status: 'withdrawn' });
      if (withdrawn !== undefined)
        step(
          () => 'the seller withdraws the ticket',
          false,
          (next) => {
            commitTicket(next, withdrawn);
          },
        );
    }

    function ticketNews() {
      const told = tickets.at(ticket.history);
      for (let version = 1; version < told.length; version++) {
        const event = bit(version);
        if (ticket.unsent & event) {
          step(
            () => `tickets publishes version ${version}`,
            true,
            (next) => {
              next.ticket.unsent &= ~event;
            },
          );
          continue;
        }
        const isNew = (ticket.toOrders & event) !== 0;
        if (!isNew && !redelivers) continue;
        const isNewer = version >= ticket.known || !isGated;
        const about = concern(ticket.history, version);
        const history = about ? (state.orders[about.order]?.history ?? 0) : 0;
        const moves = about !== undefined && orders.follow(history, about.fact) !== history;
        if (!isNew && !isNewer && !moves) continue;
        const label = () =>
          `orders gets version ${version} of the ticket (${tellingOf(version)})${again(isNew)}`;
        const copy = (next: State) => {
          if (isNewer) next.ticket.known = version + 1;
        };
        const isBehindGate = mutation === 'orders reacts behind the gate';
        step(
          label,
          isNew,
          (next) => {
            next.ticket.toOrders &= ~event;
            copy(next);
            if (isNewer || !isBehindGate) ordersReacts(next, version);
          },
          !isNew,
        );
        if (isNewer) step(() => `${label()}, copies it and dies`, false, copy);
        loseDelivery(label, (next) => {
          next.ticket.toOrders &= ~event;
        });
      }
    }

    /** Orders are named in the order of their insertion. */
    function reservation() {
      const order = state.orders.findIndex(({ history }) => history === 0);
      const copy = tickets.at(ticket.history)[ticket.known - 1];
      if (order < 0 || !copy) return;
      const { status } = copy.slot;
      if (rules.orders.refusal({ status, amount: 1, startsAt: null }, undefined, 0)) return;
      const highest = Math.max(copy.slot.slotSeq, ...state.orders.map(({ seq }) => seq));
      const readsEarly = mutation === 'no unique slotSeq';
      if (readsEarly && !ticket.read)
        step(
          () => `buyer B reads that the highest number is ${highest}`,
          false,
          (next) => {
            next.ticket.read = highest + 1;
          },
        );
      const isFree = state.orders.every((part) => !keepsTicket(part));
      if (!isFree && mutation !== 'no unique slot') return;
      const seq = readsEarly && order === 1 ? ticket.read : highest + 1;
      if (seq)
        step(
          () => `buyer ${nameFor(order)} reserves (number ${seq})`,
          false,
          (next) => {
            const part = next.orders[order];
            if (!part) return;
            part.seq = seq;
            commitOrder(part, orders.begin);
          },
        );
    }

    function ends(part: OrderPart, name: string, inOrder: InOrder) {
      if (
        world.buyerCancels &&
        isAllowed(() => rules.orders.advance(statusOf(part) ?? 'cancelled', 'cancel'))
      )
        step(
          () => `the buyer cancels ${name}`,
          false,
          inOrder((next) => {
            moveOrder(next, orders.cancelled);
          }),
        );
      const isDue = !world.neverDue && mutation !== 'no sweeper';
      if (isDue && orders.follow(part.history, orders.expired) !== part.history)
        step(
          () => `the time of ${name} is over`,
          true,
          inOrder((next) => {
            moveOrder(next, orders.expired);
          }),
        );
    }

    function orderNews(part: OrderPart, order: number, name: string, inOrder: InOrder) {
      const { states, happened } = orders.at(part.history);
      for (let version = 0; version < states.length; version++) {
        const event = bit(version);
        const what = `version ${version} of ${name} (${states[version]?.status})`;
        if (part.unsent & event) {
          step(
            () => `orders publishes ${what}`,
            true,
            inOrder((next) => {
              next.unsent &= ~event;
            }),
          );
          continue;
        }
        const isNew = (part.toTickets & event) !== 0;
        if (isNew || (redelivers && happened[version])) {
          const label = () => `tickets gets ${what}${again(isNew)}`;
          step(
            label,
            isNew,
            inOrder((next, all) => {
              next.toTickets &= ~event;
              ticketsHears(all, order, version);
            }),
            !isNew,
          );
          if (isNew)
            loseDelivery(
              label,
              inOrder((next) => {
                next.toTickets &= ~event;
              }),
            );
        }
        newsForPayments(part, version, what, inOrder);
      }
      if (redelivers && reaction(part))
        step(
          () => `payments looks at ${name} again`,
          false,
          inOrder((next) => {
            paymentsReacts(next);
          }),
          part.toPayments === 0,
        );
    }

    function newsForPayments(part: OrderPart, version: number, what: string, inOrder: InOrder) {
      const event = bit(version);
      const isNew = (part.toPayments & event) !== 0;
      const isNewer = version >= part.seen || !isGated;
      if (!isNew && !(isNewer && redelivers)) return;
      const label = () => `payments gets ${what}${again(isNew)}`;
      const isBehindGate = mutation === 'payments reacts behind the gate';
      step(
        label,
        isNew,
        inOrder((next) => {
          next.toPayments &= ~event;
          if (isNewer) next.seen = version + 1;
          if (isNewer || !isBehindGate) paymentsReacts(next);
        }),
        !isNew,
      );
      if (isNewer)
        step(
          () => `${label()}, copies it and dies`,
          false,
          inOrder((next) => {
            next.seen = version + 1;
          }),
        );
      loseDelivery(
        label,
        inOrder((next) => {
          next.toPayments &= ~event;
        }),
      );
    }

    function paymentNews(part: OrderPart, name: string, inOrder: InOrder) {
      for (let nth = 0; nth < orders.told.length; nth++) {
        const event = bit(nth);
        if (!(part.told & event)) continue;
        if (part.untold & event) {
          step(
            () => `payments publishes that ${name} is ${orders.told[nth]}`,
            true,
            inOrder((next) => {
              next.untold &= ~event;
            }),
          );
          continue;
        }
        const isNew = (part.toOrders & event) !== 0;
        const moves = orders.follow(part.history, orders.paid(nth)) !== part.history;
        if (!isNew && !(redelivers && moves)) continue;
        const label = () => `orders gets that the payment of ${name} is ${orders.told[nth]}${again(isNew)}`;
        step(
          label,
          isNew,
          inOrder((next) => {
            next.toOrders &= ~event;
            moveOrder(next, orders.paid(nth));
          }),
          !isNew,
        );
        loseDelivery(
          label,
          inOrder((next) => {
            next.toOrders &= ~event;
          }),
        );
      }
    }

    // ---- the buyer pays: the order must be alive in the very write that notes it ----------------------

    function buyerPays(part: OrderPart, name: string, inOrder: InOrder) {
      const { status } = chargeOf(part);
      const isBlind = mutation === 'payment starts on an order read before';
      const isAlive = seenBy(part) === 'created';
      if (isBlind && isAlive && !part.stale)
        step(
          () => `payments reads ${name} to start its payment`,
          false,
          inOrder((next) => {
            next.stale = 1;
          }),
        );
      if (isBlind ? !part.stale : !isAlive) return;
      if (payments.table[status].open && world.element)
        step(
          () => `the buyer of ${name} opens the Payment Element`,
          false,
          inOrder((next) => {
            decide(next, { step: 'open' });
          }),
        );
      if (!payments.table[status].attempt || part.attempt >= world.attempts) return;
      step(
        () => `the buyer of ${name} tries card ${part.attempt + 1}`,
        false,
        inOrder((next) => {
          decide(next, { step: 'attempt' });
          next.attempt++;
          if (mutation !== 'a PaymentIntent per attempt' || next.attempt === 1) return;
          next.stray = next.intent;
          next.intent = next.hasIntent = next.create = 0;
        }),
      );
    }

    // ---- payments and Stripe --------------------------------------------------------------------------

    function fails(
      part: OrderPart,
      what: string,
      inOrder: InOrder,
      answer: (next: OrderPart) => void,
      effect: (next: OrderPart) => void,
    ) {
      if (ticket.errors >= world.errors) return;
      for (const hasEffect of [false, true])
        step(
          () => `Stripe answers 500 to ${what}, which ${hasEffect ? 'took effect' : 'had no effect'}`,
          true,
          inOrder((next, all) => {
            all.ticket.errors++;
            answer(next);
            if (hasEffect) effect(next);
          }),
        );
    }

    function tryCard(part: OrderPart, name: string, inOrder: InOrder) {
      const { status, cancelRequested } = chargeOf(part);
      const inOneCall = mutation === 'created and confirmed in one call';
      if (!part.hasIntent && (status === 'open' || (status === 'pending' && !inOneCall)))
        create(part, name, inOrder);
      if (part.create === UNDER_WAY) {
        const made = (next: OrderPart) => {
          if (next.intent === ABSENT) next.intent = WAITS;
        };
        step(
          () => `Stripe creates the PaymentIntent of ${name}`,
          true,
          inOrder((next) => {
            next.create = OK;
            made(next);
          }),
        );
        fails(part, `the creation for ${name}`, inOrder, (next) => (next.create = FAILED), made);
      }
      for (const nth of [1, 2] as const) confirm(part, nth, name, inOrder);
      if (status !== 'pending') return;
      if (cancelRequested || seenBy(part) !== 'created')
        step(
          () => `payments gives up the attempt of ${name}`,
          true,
          inOrder((next) => {
            decide(next, { step: 'void', reason: 'voided' });
          }),
        );
      if (world.unsent && !cancelRequested)
        step(
          () => `payments cannot reach Stripe for ${name} and closes the attempt`,
          false,
          inOrder((next) => {
            decide(next, { step: 'decline' });
          }),
        );
    }

    function create({ create }: OrderPart, name: string, inOrder: InOrder) {
      if (create === IDLE)
        step(
          () => `payments asks Stripe for a PaymentIntent for ${name}`,
          true,
          inOrder((next) => {
            next.create = UNDER_WAY;
          }),
        );
      if (create <= UNDER_WAY || create === USED) return;
      step(
        () => `payments reads the PaymentIntent of ${name}`,
        true,
        inOrder((next) => {
          if (create === OK || next.intent !== ABSENT) next.hasIntent = 1;
          else next.create = IDLE;
        }),
      );
    }

    function confirm(part: OrderPart, nth: 1 | 2, name: string, inOrder: InOrder) {
      const field = `confirm${nth}` as const;
      const isCurrent = chargeOf(part).status === 'pending' && part.attempt === nth;
      const inOneCall = mutation === 'created and confirmed in one call';
      const call = part[field];
      if (isCurrent && call === IDLE && (part.hasIntent || inOneCall))
        step(
          () => `payments confirms card ${nth} of ${name}`,
          true,
          inOrder((next) => {
            next[field] = UNDER_WAY;
          }),
        );
      if (call === UNDER_WAY) {
        const run = (what: string, answer: number, intent: number) => {
          step(
            () => `Stripe: card ${nth} of ${name} is ${what}`,
            true,
            inOrder((next) => {
              next[field] = answer;
              next.intent = intent;
            }),
          );
        };
        if (part.intent !== WAITS && !(inOneCall && part.intent === ABSENT))
          run('refused, the PaymentIntent does not wait for one', REFUSED, part.intent);
        else {
          run('held', OK, HELD);
          if (world.attempts > 1 || world.element) run('declined', DECLINED, WAITS);
          if (world.threeDS) run('to be proven by 3-D Secure', ASKED, ASKS);
          fails(
            part,
            `card ${nth} of ${name}`,
            inOrder,
            (next) => (next[field] = FAILED),
            (next) => (next.intent = HELD),
          );
        }
      }
      if (!isCurrent || call <= UNDER_WAY || call === USED) return;
      if (call === OK && mutation === 'no idempotency key' && !part.stray)
        step(
          () => `payments dies, and tries card ${nth} of ${name} again under another key`,
          false,
          inOrder((next) => {
            next.stray = next.intent;
            next.intent = WAITS;
            next[field] = UNDER_WAY;
          }),
        );
      step(
        () => `payments reads the answer to card ${nth} of ${name}`,
        true,
        inOrder((next) => {
          if (next.intent !== ABSENT) next.hasIntent = 1;
          decide(next, payments.afterConfirm(chargeOf(next), kinds[call] ?? 'unknown', answered(call, next)));
        }),
      );
    }

    /** The PaymentIntent in the answer, or as retrieved after it. */
    function answered(call: number, part: OrderPart): IntentStatus | undefined {
      if (call === OK) return 'requires_capture';
      if (call === ASKED) return 'requires_action';
      return call === DECLINED ? undefined : intentOf(part);
    }

    /** The buyer at Stripe's page, the bank, the dashboard: at any time, and nobody tells us. */
    function atStripe(part: OrderPart, name: string, inOrder: InOrder) {
      const human = (what: string, field: 'intent' | 'stray', status: number) => {
        step(
          () => `${what}, ${name}`,
          false,
          inOrder((next) => {
            next[field] = status;
          }),
        );
      };
      for (const field of ['intent', 'stray'] as const) {
        const intent = part[field];
        if (intent === ASKS) {
          human('3-D Secure is passed', field, HELD);
          human('3-D Secure is failed', field, WAITS);
        }
        if (intent === WAITS && world.element && part.hasIntent) {
          human('the buyer confirms in the Payment Element: held', field, HELD);
          if (world.threeDS) human('the buyer confirms in the Payment Element: 3-D Secure', field, ASKS);
        }
      }
      if (world.byHand === 'cancels' && [WAITS, ASKS, HELD].includes(part.intent))
        human('the PaymentIntent is cancelled by hand', 'intent', CANCELED);
      if (world.byHand === 'captures' && part.intent === HELD)
        human('the PaymentIntent is captured by hand', 'intent', TAKEN);
    }

    /** A webhook, a visit of the buyer, the worker: retrieve and apply. */
    function look(part: OrderPart, name: string, inOrder: InOrder) {
      const { status } = chargeOf(part);
      const apply = (intent: number) =>
        inOrder((next) => {
          next.late = 0;
          decide(next, payments.applyIntent(chargeOf(next), intents[intent] as IntentStatus));
        });
      const isOpen = status === 'open' || status === 'requires_action';
      const isLooked = isOpen || status === 'capturing' || status === 'voiding';
      const what = () => `the PaymentIntent of ${name} (${intents[part.intent]})`;
      const byItself = isOpen && mutation !== 'nobody looks at open PaymentIntents';
      if (isLooked && part.hasIntent && payments.applyIntent(chargeOf(part), intentOf(part)))
        step(
          () => `payments looks at ${what()}`,
          byItself,
          inOrder((next) => {
            decide(next, payments.applyIntent(chargeOf(next), intentOf(next)));
          }),
        );
      if (isLooked && part.hasIntent && world.lateLooks && !part.late)
        step(
          () => `payments retrieves ${what()} and is slow`,
          false,
          inOrder((next) => {
            next.late = 1 + next.intent;
          }),
        );
      if (!part.late) return;
      step(
        () => `payments applies what it had retrieved of ${name} (${intents[part.late - 1]})`,
        true,
        apply(part.late - 1),
      );
      step(
        () => `payments forgets with its process what it had retrieved of ${name}`,
        false,
        inOrder((next) => {
          next.late = 0;
        }),
      );
    }

    function takeMoney(part: OrderPart, name: string, inOrder: InOrder) {
      const { status } = chargeOf(part);
      if (status === 'capturing') ask('capture', part, name, inOrder, payments.afterCapture);
      if (status === 'voiding' && !part.hasIntent)
        step(
          () => `payments searches the PaymentIntent of ${name} to cancel it`,
          true,
          inOrder((next) => {
            if (next.intent !== ABSENT) next.hasIntent = 1;
            else decide(next, payments.applyIntent(chargeOf(next), 'canceled'));
          }),
        );
      if (status === 'voiding' && part.hasIntent) ask('cancel', part, name, inOrder, payments.afterCancel);
      captures(part, name, inOrder);
      cancels(part, name, inOrder);
    }

    function captures(part: OrderPart, name: string, inOrder: InOrder) {
      if (part.capture !== UNDER_WAY) return;
      const run = outcome('capture', name, inOrder);
      if (part.intent !== HELD) {
        run(`cannot capture what is ${intents[part.intent]}`, REFUSED, part.intent);
        return;
      }
      run('captures', OK, TAKEN);
      if (world.captureFails) {
        run('refuses to capture and cancels', REFUSED, CANCELED);
        run('refuses to capture, the hold stays', REFUSED, HELD);
      }
      fails(
        part,
        `the capture of ${name}`,
        inOrder,
        (next) => (next.capture = FAILED),
        (next) => (next.intent = TAKEN),
      );
    }

    function cancels(part: OrderPart, name: string, inOrder: InOrder) {
      if (part.cancel !== UNDER_WAY) return;
      const run = outcome('cancel', name, inOrder);
      if (part.intent === TAKEN || part.intent === CANCELED) {
        run(`cannot cancel what is ${intents[part.intent]}`, REFUSED, part.intent);
        return;
      }
      run('cancels', OK, CANCELED);
      fails(
        part,
        `the cancellation of ${name}`,
        inOrder,
        (next) => (next.cancel = FAILED),
        (next) => (next.intent = CANCELED),
      );
    }

    function outcome(field: 'capture' | 'cancel', name: string, inOrder: InOrder) {
      return (what: string, answer: number, intent: number) => {
        step(
          () => `Stripe ${what}, ${name}`,
          true,
          inOrder((next) => {
            next[field] = answer;
            next.intent = intent;
          }),
        );
      };
    }

    function ask(
      field: 'capture' | 'cancel',
      part: OrderPart,
      name: string,
      inOrder: InOrder,
      decideAfter: typeof payments.afterCapture,
    ) {
      const call = part[field];
      if (call === IDLE)
        step(
          () => `payments asks Stripe to ${field}, ${name}`,
          true,
          inOrder((next) => {
            next[field] = UNDER_WAY;
          }),
        );
      if (call <= UNDER_WAY || call === USED) return;
      step(
        () => `payments reads the answer to its ${field}, ${name}`,
        true,
        inOrder((next) => {
          const intent = call === OK ? (field === 'capture' ? 'succeeded' : 'canceled') : intentOf(next);
          settle(next, field, decideAfter(chargeOf(next), kinds[call] ?? 'unknown', intent));
        }),
      );
    }

    function settle(part: OrderPart, field: 'capture' | 'cancel' | 'refund', decision: Decision) {
      if (decision && 'note' in decision) {
        if (mutation !== 'a 5xx is asked for again under the same key') part[field] = IDLE;
      } else decide(part, decision);
    }

    function giveMoneyBack(part: OrderPart, name: string, inOrder: InOrder) {
      const { status } = chargeOf(part);
      const isGuarded = mutation !== 'refund of what is not complete';
      if (world.refund && status === 'captured' && (!isGuarded || seenBy(part) === 'complete'))
        step(
          () => `the seller gives the money of ${name} back`,
          false,
          inOrder((next) => {
            decide(next, { step: 'refund' });
          }),
        );
      const { refund } = part;
      if (status === 'refunding' && refund === IDLE)
        step(
          () => `payments asks Stripe to refund ${name}`,
          true,
          inOrder((next) => {
            next.refund = UNDER_WAY;
          }),
        );
      if (refund === UNDER_WAY) {
        step(
          () => `Stripe refunds ${name}`,
          true,
          inOrder((next) => {
            next.refund = OK;
            next.returned = 1;
          }),
        );
        fails(
          part,
          `the refund of ${name}`,
          inOrder,
          (next) => (next.refund = FAILED),
          (next) => (next.returned = 1),
        );
      }
      if (status === 'refunding' && refund > UNDER_WAY)
        step(
          () => `payments reads the answer to its refund, ${name}`,
          true,
          inOrder((next) => {
            const found = next.returned ? 'succeeded' : 'none';
            settle(next, 'refund', payments.afterRefund(kinds[refund] ?? 'unknown', found));
          }),
        );
    }

    function tellingOf(version: number): string {
      const telling = tickets.at(ticket.history)[version];
      if (!telling) return '';
      if (telling.refused >= 0) return `refused to order ${nameFor(telling.refused)}`;
      return telling.slot.status + (telling.holder >= 0 ? ` for order ${nameFor(telling.holder)}` : '');
    }
  }

  function begin(): State {
    const state = emptyState(world.orders);
    state.ticket.known = 1;
    return state;
  }

  return { begin, successors, orders, tickets, charges };
}
export type Protocol = ReturnType<typeof protocol>;

const kinds: Record<number, AnswerKind> = {
  [OK]: 'ok',
  [ASKED]: 'ok',
  [DECLINED]: 'declined',
  [FAILED]: 'failed',
  [REFUSED]: 'refused',
};

function again(isNew: boolean): string {
  return isNew ? '' : ' again';
}

function nameFor(order: number): string {
  return 'ABC'[order] ?? '?';
}

function isAllowed(ask: () => unknown): boolean {
  try {
    ask();
    return true;
  } catch {
    return false;
  }
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
