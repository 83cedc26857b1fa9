import type { EventData, PaymentStatus } from '@ticketing/common';
import type { Fact, Purchase } from '../../orders/src/purchase.ts';
import type { Charge } from '../../payments/src/charge.ts';
import type { OrderFact, ReservationState } from '../../tickets/src/reservation.ts';
import { nextCharges } from './charges.ts';
import type { Rules } from './rules.ts';
import { rules as real } from './rules.ts';
import { isAllowed } from './violation.ts';

/** The fields read from an event of an order: `order:created`, `order:updated`, `order:cancelled`. */
export type OrderState = Pick<
  EventData<'order:updated'>,
  'version' | 'status' | 'reason' | 'paymentAuthorized' | 'payment'
> & {
  /** Undefined where two releases publish, of which one gives the confirmation a version of its own. */
  ticketConfirmed: boolean | undefined;
};
type Published = Omit<OrderState, 'version'>;
/** From an event of a ticket: `ticket:created`, `ticket:updated`, `ticket:reservation-refused`. */
export type TicketState = Pick<
  EventData<'ticket:updated'>,
  'version' | 'status' | 'orderId' | 'reservationSeq'
>;
/** From an event of a payment: `payment:authorized`, `payment:created`, `payment:failed`, `payment:refunded`. */
export type PaymentState = Pick<EventData<'payment:created'>, 'version' | 'status'>;

/**
 * The events of one aggregate as they arrived: in any order, any of them more than once. Further fields are ignored.
 */
export type History =
  | { of: 'order'; states: readonly OrderState[] }
  | { of: 'ticket'; states: readonly TicketState[] }
  | { of: 'payment'; states: readonly PaymentState[] };

/** Whether the services' rules allow every step of this history, from its first version on and without a gap. */
export function isPath(history: History, rules: Rules = real): boolean {
  return findInvalidStep(history, rules) === undefined;
}

/** Describes the first step that the rules do not allow, with its version; undefined where all are allowed. */
export function findInvalidStep(history: History, rules: Rules = real): string | undefined {
  switch (history.of) {
    case 'order':
      return checkSteps(history.states, 0, orderKey, isInitialOrder, (from, to) =>
        isOrderStep(from, to, rules),
      );
    case 'ticket':
      return checkSteps(history.states, 0, ticketKey, isInitialTicket, (from, to) =>
        isTicketStep(from, to, history.states, rules),
      );
    case 'payment':
      return checkSteps(
        history.states,
        1,
        ({ status }) => status,
        (state) => canPublish([], state.status, rules),
        (_, to, before) =>
          canPublish(
            before.map(({ status }) => status),
            to.status,
            rules,
          ),
      );
  }
}

function checkSteps<T extends { version: number }>(
  states: readonly T[],
  first: number,
  keyOf: (state: T) => string,
  isInitial: (state: T) => boolean,
  isStep: (from: T, to: T, before: readonly T[]) => boolean,
): string | undefined {
  const byVersion = new Map<number, T>();
  for (const state of states) {
    const known = byVersion.get(state.version);
    if (known && keyOf(known) !== keyOf(state))
      return `version ${state.version} was published as ${keyOf(known)} and as ${keyOf(state)}`;
    byVersion.set(state.version, state);
  }
  const last = Math.max(first - 1, ...byVersion.keys());
  const before: T[] = [];
  for (let version = first; version <= last; version++) {
    const state = byVersion.get(version);
    if (!state) return `version ${version} is missing, the last is ${last}`;
    const from = before.at(-1);
    if (!from && !isInitial(state)) return `version ${version} starts with ${keyOf(state)}`;
    if (from && !isStep(from, state, before))
      return `version ${version}: nothing leads from ${keyOf(from)} to ${keyOf(state)}`;
    before.push(state);
  }
  const early = [...byVersion.keys()].find((version) => version < first);
  return early === undefined ? undefined : `version ${early} comes before the first, ${first}`;
}

function orderKey({ status, reason, ticketConfirmed, paymentAuthorized, payment }: Published): string {
  const flags = [
    ticketConfirmed && 'ticket confirmed',
    paymentAuthorized && 'payment authorized',
    reason && `reason ${reason}`,
    payment && `payment ${payment.status}`,
  ];
  return [status, ...flags].filter(Boolean).join(', ');
}

function isInitialOrder({
  status,
  reason,
  ticketConfirmed,
  paymentAuthorized,
  payment,
}: OrderState): boolean {
  return status === 'created' && !reason && !ticketConfirmed && !paymentAuthorized && !payment;
}

/** Whether one fact leads from one published state of an order to the next, after a confirmation without an event or not. */
function isOrderStep({ ticketConfirmed = false, ...others }: OrderState, to: OrderState, rules: Rules) {
  const from = { ...others, ticketConfirmed };
  const confirmation = rules.orders.applyFact(from, { event: 'ticket:updated' });
  const isSilent = confirmation !== undefined && rules.orders.isSilent(confirmation);
  return isFact(from, to, rules) || (isSilent && isFact({ ...from, ...confirmation }, to, rules));
}

function isFact(from: Purchase, to: OrderState, rules: Rules): boolean {
  const id = from.payment?.id ?? to.payment?.id ?? '';
  return orderFacts(rules).some((fact) => {
    const happened: Fact =
      'payment' in fact ? { ...fact, payment: { ...to.payment, ...fact.payment, id } } : fact;
    const changes = rules.orders.applyFact(from, happened);
    const isKnown = to.ticketConfirmed !== undefined;
    const next = { ...from, ...changes };
    return (
      changes !== undefined &&
      orderKey(isKnown ? next : { ...next, ticketConfirmed: undefined }) === orderKey(to)
    );
  });
}

/** Every fact that can happen to an order. Payments have the id ''. */
export function orderFacts({ payments }: Rules): Fact[] {
  const published = Object.entries(payments.publishedEvent) as [PaymentStatus, PaymentFact][];
  return [
    { event: 'ticket:updated' },
    { event: 'ticket:reservation-refused' },
    { event: 'expiration:complete' },
    { event: 'order:cancelled' },
    ...published.map(([status, event]) => ({ event, payment: { id: '', status } })),
  ];
}
type PaymentFact = Extract<Fact, { payment: unknown }>['event'];

function ticketKey({ status, orderId, reservationSeq }: TicketState): string {
  return `${status}${orderId ? ` for ${orderId}` : ''}, number ${reservationSeq}`;
}

function isInitialTicket({ status, orderId, reservationSeq }: TicketState): boolean {
  return status === 'available' && !orderId && reservationSeq === 0;
}

/** Represents an order without an event of the ticket: refused, or canceled before tickets handled its creation. */
const unnamed = 'an unnamed order';

function isTicketStep(
  from: TicketState,
  to: TicketState,
  all: readonly TicketState[],
  rules: Rules,
): boolean {
  if (isAvailable(from, rules)) {
    const isEdited = ticketKey(from) === ticketKey(to);
    const isWithdrawn = ticketKey({ ...from, status: 'withdrawn' }) === ticketKey(to);
    if (isEdited || isWithdrawn) return true;
  }
  const state: ReservationState = {
    status: from.status,
    reservationSeq: from.reservationSeq,
    orderId: from.orderId ?? undefined,
  };
  const orderIds = new Set([unnamed, ...all.flatMap(({ orderId }) => orderId ?? [])]);
  return [...orderIds].some((orderId) =>
    orderHappenings.some((happened) =>
      [from.reservationSeq, to.reservationSeq].some((reservationSeq) => {
        const fact = { happened, orderId, buyerId: '', reservationSeq, at: new Date(0) };
        const changes = rules.tickets.applyOrderFact(state, fact);
        if (!changes) return false;
        const next = { ...state, ...changes };
        return ticketKey({ ...to, ...next, orderId: next.orderId ?? null }) === ticketKey(to);
      }),
    ),
  );
}
const orderHappenings: OrderFact['happened'][] = ['created', 'cancelled', 'complete', 'refunded'];

function isAvailable(ticket: TicketState, { tickets }: Rules): boolean {
  return isAllowed(() => {
    tickets.assertAvailable(ticket);
  });
}

/** Whether a payment that has published these statuses may publish `next`, over any number of unpublished steps. */
function canPublish(published: readonly PaymentStatus[], next: PaymentStatus, rules: Rules): boolean {
  const { publishedEvent } = rules.payments;
  let charges: Charge[] = [{ status: 'none' }];
  for (const [index, status] of [...published, next].entries()) {
    const wasCaptured = published.slice(0, index).includes('captured');
    const silent = new Map<string, Charge>();
    const publishing = new Map<string, Charge>();
    for (let charge = charges.pop(); charge; charge = charges.pop())
      for (const after of nextCharges(charge, rules)) {
        // Only a refund that its seller requested, of a payment that was captured, leaves the payment captured.
        if (after.status === 'captured' && charge.status === 'refunding' && !wasCaptured) continue;
        const isPublished = publishedEvent[after.status] !== undefined;
        const group = isPublished ? publishing : silent;
        const key = JSON.stringify(after, Object.keys(after).sort());
        if (group.has(key)) continue;
        group.set(key, after);
        if (!isPublished) charges.push(after);
      }
    charges = [...publishing.values()].filter((charge) => charge.status === status);
  }
  return charges.length > 0;
}
