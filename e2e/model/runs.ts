import { nextStatus as step } from '../../payments/src/charge.ts';
import type { Charge, Decision } from '../../payments/src/charge.ts';
import { rules } from './rules.ts';
import type { Rules } from './rules.ts';
import { world } from './world.ts';
import type { Mutation, World } from './world.ts';

export type Run = {
  group: 'sound' | 'broken edge' | 'broken rule';
  name: string;
  world: World;
  /** Has so many states that only the long form of the tests explores it. */
  isWide?: boolean;
  /** The invariant that must catch it; undefined where everything must hold. */
  caughtBy?: `I${number}`;
};

const one = { orders: 1, edits: 1, withdraw: true } satisfies Partial<World>;
const two = { orders: 2, buyerCancels: false, lateLooks: false } satisfies Partial<World>;
const allOfStripe = {
  attempts: 2,
  threeDS: true,
  element: true,
  captureFails: true,
  errors: 1,
  unsent: true,
} satisfies Partial<World>;

function holds(name: string, ...parts: Partial<World>[]): Run {
  return { group: 'sound', name, world: Object.assign({}, world, ...parts) as World };
}

function wide(run: Run): Run {
  return { ...run, isWide: true };
}

/** The services as they are: everything must hold in each of these worlds. */
const sound: Run[] = [
  holds('one order, one card', one),
  wide(
    holds('one order, all of Stripe, edits, refund, PaymentIntents applied late', one, allOfStripe, {
      refund: true,
    }),
  ),
  holds('one order, two cards, PaymentIntents applied late', one, {
    attempts: 2,
    threeDS: true,
    element: true,
    edits: 0,
  }),
  holds('one order, all of Stripe, nothing is cleared up by expiry', one, allOfStripe, {
    neverDue: true,
    edits: 0,
    lateLooks: false,
  }),
  holds('one order, nothing taken as handled, the outbox a place of its own', {
    explicitOutbox: true,
    eager: false,
    lateLooks: false,
    buyerCancels: false,
  }),
  holds('one order, the PaymentIntent is cancelled by hand', one, {
    byHand: 'cancels',
    element: true,
    threeDS: true,
    // Told that the payment is voided while it is alive, an order learns of it only when told again after its end.
    repeatsChangeNothing: false,
  }),
  holds('one order, the PaymentIntent is captured by hand', one, {
    byHand: 'captures',
    element: true,
  }),
  holds('one order, the PaymentIntent is of another amount', one, allOfStripe, {
    amountAgrees: false,
    edits: 0,
    lateLooks: false,
  }),
  holds('two orders, no payment, nothing taken as handled', two, { withdraw: true, eager: false, payers: 0 }),
  wide(holds('three orders, no payment', two, { orders: 3, withdraw: true, payers: 0 })),
  holds('two orders, no payment, nothing is cleared up by expiry', two, {
    edits: 1,
    withdraw: true,
    neverDue: true,
    buyerCancels: true,
    payers: 0,
  }),
  holds('two orders, the first pays, withdrawal, refund', two, { withdraw: true, refund: true, payers: 1 }),
];

// ---- broken on purpose: each must be caught ----------------------------------------------------------

const small = { ...two, payers: 1, repeatsChangeNothing: false } satisfies Partial<World>;

function edge(mutation: Mutation, caughtBy: NonNullable<Run['caughtBy']>, ...parts: Partial<World>[]): Run {
  return { ...holds(mutation, small, { mutation }, ...parts), group: 'broken edge', caughtBy };
}

type Change = {
  [P in keyof Rules]?: Partial<Rules[P]>;
};
function rule(
  name: string,
  caughtBy: NonNullable<Run['caughtBy']>,
  change: Change,
  ...parts: Partial<World>[]
): Run {
  const mutated = {
    orders: { ...rules.orders, ...change.orders },
    tickets: { ...rules.tickets, ...change.tickets },
    payments: { ...rules.payments, ...change.payments },
  };
  return {
    ...holds(name, small, { orders: 1, rules: mutated }, ...parts),
    group: 'broken rule',
    caughtBy,
  };
}

type ApplyFact = Rules['orders']['applyFact'];
/** orders' rules with another answer where `when` says so. */
function applyFact(when: (...about: Parameters<ApplyFact>) => boolean, then: ReturnType<ApplyFact>): Change {
  return {
    orders: {
      applyFact: (order, fact) => (when(order, fact) ? then : rules.orders.applyFact(order, fact)),
    },
  };
}

type ApplyOrderFact = Rules['tickets']['applyOrderFact'];
function reserve(
  change: (...about: Parameters<ApplyOrderFact>) => ReturnType<ApplyOrderFact> | 'as it is',
): Change {
  return {
    tickets: {
      applyOrderFact: (slot, fact) => {
        const changed = change(slot, fact);
        return changed === 'as it is' ? rules.tickets.applyOrderFact(slot, fact) : changed;
      },
    },
  };
}

type ReactToOrder = Rules['payments']['reactToOrder'];
function reactToOrder(when: (...about: Parameters<ReactToOrder>) => boolean, then: Decision): Change {
  return {
    payments: {
      reactToOrder: (order, charge) =>
        when(order, charge) ? then : rules.payments.reactToOrder(order, charge),
    },
  };
}

type ApplyIntent = Rules['payments']['applyIntent'];
function applyIntent(when: (...about: Parameters<ApplyIntent>) => boolean, then: Decision): Change {
  const changed: ApplyIntent = (charge, intent) =>
    when(charge, intent) ? then : rules.payments.applyIntent(charge, intent);
  return { payments: { applyIntent: changed } };
}

const ignoringCancellation = (charge: Charge): Charge => ({ ...charge, cancelRequested: false });
const nobody = { orderId: undefined, buyerId: undefined };

/** The thin edges built wrongly: an index, an outbox, a guard, the order of two writes. */
const brokenEdges: Run[] = [
  edge('no unique reservationKey', 'I1'),
  edge('no unique reservationSeq', 'I7', { neverDue: true, buyerCancels: true, payers: 0 }),
  edge('no outbox', 'I5'),
  edge('acknowledged before it is written', 'I5'),
  edge('version gate removed', 'I5', { eager: false }),
  edge('orders reacts behind the gate', 'I7', { orders: 1, neverDue: true }),
  edge('payments reacts behind the gate', 'I3', { orders: 1 }),
  edge('no idempotency key', 'I3', { orders: 1 }),
  edge('a PaymentIntent per attempt', 'I3', { orders: 1, attempts: 2, element: true }),
  edge('created and confirmed in one call', 'I3', { orders: 1 }),
  edge('payment starts on an order read before', 'I3', { orders: 1 }),
  edge('refund of what is not complete', 'I2', { orders: 1, refund: true }),
  edge('a 5xx is asked for again under the same key', 'I7', { orders: 1, errors: 1 }),
  edge('nobody looks at open PaymentIntents', 'I7', { orders: 1, threeDS: true, neverDue: true }),
  edge('no sweeper', 'I7', { orders: 1 }),
];

/** The tables and rules of the services, changed in one place each. */
const brokenRules: Run[] = [
  rule(
    'orders: time leaves awaiting:payment',
    'I2',
    applyFact((order, { event }) => order.status === 'awaiting:payment' && event === 'expiration:complete', {
      status: 'cancelled',
      reason: 'expired',
    }),
  ),
  rule(
    'orders: the buyer may cancel what awaits its payment',
    'I2',
    {
      orders: {
        advance: (status, step) =>
          status === 'awaiting:payment' ? 'cancelled' : rules.orders.advance(status, step),
        applyFact: (order, fact) =>
          order.status === 'awaiting:payment' && fact.event === 'order:cancelled'
            ? { status: 'cancelled', reason: 'buyer' }
            : rules.orders.applyFact(order, fact),
      },
    },
    { buyerCancels: true },
  ),
  rule(
    'orders: no wait for the ticket',
    'I1',
    applyFact(
      ({ status, paymentAuthorized }, { event }) =>
        status === 'created' && !paymentAuthorized && event === 'payment:authorized',
      { status: 'awaiting:payment', paymentAuthorized: true },
    ),
  ),
  rule(
    'orders: the second flag moves nothing',
    'I7',
    applyFact(
      ({ status, ticketConfirmed, paymentAuthorized }, { event }) =>
        status === 'created' && ticketConfirmed && !paymentAuthorized && event === 'payment:authorized',
      { paymentAuthorized: true },
    ),
  ),
  rule(
    'orders: a failed capture is ignored',
    'I7',
    applyFact((_, { event }) => event === 'payment:failed', undefined),
    { captureFails: true },
  ),
  rule(
    'orders: a refusal is ignored',
    'I7',
    applyFact((_, { event }) => event === 'ticket:reservation-refused', undefined),
    { neverDue: true, withdraw: true },
  ),
  rule(
    'orders: a refund is ignored',
    'I2',
    applyFact((_, { event }) => event === 'payment:refunded', undefined),
    { refund: true },
  ),
  rule(
    'orders: a refunded order gives its ticket up',
    'I1',
    { orders: { keepsTicket: (status) => status !== 'cancelled' && status !== 'refunded' } },
    { orders: 2, refund: true },
  ),
  rule(
    'orders: an order that awaits its payment gives its ticket up',
    'I1',
    { orders: { keepsTicket: (status) => status !== 'cancelled' && status !== 'awaiting:payment' } },
    { orders: 2 },
  ),

  rule(
    'tickets: the reservation number is ignored',
    'I1',
    reserve((slot, { happened, orderId, reservationSeq }) =>
      happened === 'created' &&
      slot.status !== 'sold' &&
      slot.status !== 'withdrawn' &&
      slot.orderId !== orderId
        ? {
            status: 'reserved',
            reservationSeq: Math.max(reservationSeq, slot.reservationSeq),
            orderId,
            buyerId: '',
          }
        : 'as it is',
    ),
    { orders: 2, eager: false },
  ),
  rule(
    'tickets: a cancellation frees whoever holds the ticket',
    'I7',
    reserve((slot, { happened }) =>
      happened === 'cancelled' && slot.status === 'reserved'
        ? { status: 'available', ...nobody }
        : 'as it is',
    ),
    { orders: 2, eager: false, neverDue: true, buyerCancels: true },
  ),
  rule(
    'tickets: a tombstone frees nothing',
    'I1',
    reserve((slot, { happened, reservationSeq }) =>
      happened === 'cancelled' && reservationSeq > slot.reservationSeq ? { reservationSeq } : 'as it is',
    ),
    { orders: 2 },
  ),
  rule(
    'tickets: no tombstone',
    'I1',
    reserve((slot, { happened, reservationSeq }) =>
      happened === 'cancelled' && reservationSeq > slot.reservationSeq ? undefined : 'as it is',
    ),
    { eager: false },
  ),
  rule(
    'tickets: sold whatever it is, if the number is not older',
    'I6',
    reserve((slot, { happened, reservationSeq, at }) =>
      happened === 'complete' && reservationSeq >= slot.reservationSeq && slot.status !== 'sold'
        ? { status: 'sold', soldAt: at }
        : 'as it is',
    ),
    { refund: true, eager: false },
  ),
  rule(
    'tickets: a refusal leaves the number',
    'I6',
    reserve(({ status }, { happened, orderId }) =>
      happened === 'created' && status === 'withdrawn' ? { refusedOrderId: orderId } : 'as it is',
    ),
    { withdraw: true, repeatsChangeNothing: true },
  ),
  rule(
    'tickets: a withdrawn ticket is reserved',
    'I6',
    reserve((slot, { happened, orderId, reservationSeq }) =>
      happened === 'created' && slot.status === 'withdrawn' && reservationSeq > slot.reservationSeq
        ? { status: 'reserved', reservationSeq, orderId, buyerId: '' }
        : 'as it is',
    ),
    { withdraw: true },
  ),
  rule(
    'tickets: a refund puts the ticket back on sale',
    'I1',
    reserve((slot, { happened, orderId }) =>
      happened === 'refunded' && slot.orderId === orderId
        ? { status: 'available', soldAt: undefined, ...nobody }
        : 'as it is',
    ),
    { refund: true },
  ),
  rule(
    'tickets: a refund that comes before the sale is ignored',
    'I1',
    reserve(({ status }, { happened }) =>
      happened === 'refunded' && status !== 'sold' ? undefined : 'as it is',
    ),
    { refund: true },
  ),
  rule(
    'tickets: the seller may withdraw what is reserved',
    'I1',
    {
      tickets: {
        assertAvailable: ({ status }) => {
          if (status === 'withdrawn') throw new Error('withdrawn');
        },
      },
    },
    { withdraw: true },
  ),

  rule(
    'payments: a cancellation voids nothing',
    'I3',
    reactToOrder((order) => order === 'cancelled', undefined),
  ),
  rule(
    'payments: a cancellation leaves an open PaymentIntent',
    'I7',
    reactToOrder((order, { status }) => order === 'cancelled' && status === 'open', undefined),
    { element: true },
  ),
  rule(
    'payments: a cancellation leaves an authorised one',
    'I3',
    reactToOrder((order, { status }) => order === 'cancelled' && status === 'authorized', undefined),
  ),
  rule('payments: a cancellation is not looked at', 'I3', {
    payments: { affectsCharge: (order) => order === 'awaiting:payment' },
  }),
  rule('payments: captured without the decision of orders', 'I2', {
    payments: {
      reactToOrder: (order, charge) =>
        charge.status === 'authorized' && order === 'created'
          ? { step: 'startCapture' }
          : rules.payments.reactToOrder(order, charge),
    },
  }),
  rule('payments: the answer to a card ignores that the order was cancelled', 'I3', {
    payments: {
      reactToOrder: (order, charge) =>
        order === 'cancelled' && charge.status === 'pending'
          ? undefined
          : rules.payments.reactToOrder(order, charge),
      afterConfirm: (charge, answer, intent) =>
        rules.payments.afterConfirm(ignoringCancellation(charge), answer, intent),
    },
  }),
  rule(
    'payments: a refused capture leaves its hold',
    'I3',
    {
      payments: {
        nextStatus: (status, next) =>
          status === 'capturing' && next === 'startVoid' ? 'failed' : step(status, next),
      },
    },
    { captureFails: true },
  ),
  rule(
    'payments: what the buyer confirms elsewhere is not taken up',
    'I7',
    applyIntent(({ status }, intent) => status === 'open' && intent === 'requires_capture', undefined),
    { element: true, neverDue: true },
  ),
  rule(
    'payments: money that was taken before it could be voided is kept',
    'I3',
    {
      payments: {
        applyIntent: keepsTaken,
        afterCancel: (charge, answer, intent) =>
          answer === 'refused' && intent
            ? keepsTaken(charge, intent)
            : rules.payments.afterCancel(charge, answer, intent),
      },
    },
    { byHand: 'captures' },
  ),
  rule(
    'payments: a capture that was refused for good is not told',
    'I7',
    { payments: { publishedEvent: { ...rules.payments.publishedEvent, failed: undefined } as never } },
    { captureFails: true },
  ),
  rule(
    'payments: an authorisation is not told',
    'I7',
    { payments: { publishedEvent: { ...rules.payments.publishedEvent, authorized: undefined } as never } },
    { neverDue: true },
  ),
  rule(
    'payments: a 5xx to a capture means that it was refused, without a look',
    'I7',
    {
      payments: {
        afterCapture: (charge, answer, intent) =>
          answer === 'failed'
            ? { step: 'startVoid', reason: 'voided' }
            : rules.payments.afterCapture(charge, answer, intent),
      },
    },
    { errors: 1 },
  ),
  rule(
    'payments: a decline is missing in the table',
    'I7',
    {
      payments: {
        nextStatus: (status, next) => {
          if (status === 'pending' && next === 'decline')
            throw new Error('A charge that is pending has no step decline');
          return step(status, next);
        },
      },
    },
    { attempts: 2 },
  ),
];

export const runs: Run[] = [...sound, ...brokenEdges, ...brokenRules];

function keepsTaken(charge: Charge, intent: Parameters<ApplyIntent>[1]): Decision {
  if (charge.status === 'voiding' && intent === 'succeeded') return { step: 'void' };
  return rules.payments.applyIntent(charge, intent);
}
