import type { EventData, PaymentStatus } from '@ticketing/common';
import type { Fact, Purchase } from '../../orders/src/purchase.ts';
import type { Charge } from '../../payments/src/charge.ts';
import type { OrderFact, ReservationState } from '../../tickets/src/reservation.ts';
import { following } from './charges.ts';
import { rules as real } from './rules.ts';
import type { Rules } from './rules.ts';

/** What is read of an event of an order: `order:created`, `order:updated`, `order:cancelled`. */
export type OrderState = Pick<
  EventData<'order:updated'>,
  'version' | 'status' | 'reason' | 'ticketConfirmed' | 'paymentAuthorized' | 'payment'
>;
/** Of a ticket: `ticket:created`, `ticket:updated`, `ticket:reservation-refused`. */
export type TicketState = Pick<
  EventData<'ticket:updated'>,
  'version' | 'status' | 'orderId' | 'reservationSeq'
>;
/** Of a payment: `payment:authorized`, `payment:created`, `payment:failed`, `payment:refunded`. */
export type PaymentState = Pick<EventData<'payment:created'>, 'version' | 'status'>;

/**
 * All that was seen of one aggregate: the data of its events as they came, in any order, any of them more than once.
 * Further fields are ignored.
 */
export type History =
  | { of: 'order'; states: readonly OrderState[] }
  | { of: 'ticket'; states: readonly TicketState[] }
  | { of: 'payment'; states: readonly PaymentState[] };

/** Whether the services' rules lead from state to state of this history, without a gap and from its beginning. */
export function isPath(history: History, rules: Rules = real): boolean {
  return strayStep(history, rules) === undefined;
}

/** Where a history leaves the model, in words that name the version; undefined for a path. */
export function strayStep(history: History, rules: Rules = real): string | undefined {
  switch (history.of) {
    case 'order':
      return walk(history.states, 0, orderKey, beginsOrder, (from, to) => leadsOrder(from, to, rules));
    case 'ticket':
      return walk(history.states, 0, ticketKey, beginsTicket, (from, to) =>
        leadsTicket(from, to, history.states, rules),
      );
    case 'payment':
      return walk(
        history.states,
        1,
        ({ status }) => status,
        (state) => tells([], state.status, rules),
        (_, to, before) =>
          tells(
            before.map(({ status }) => status),
            to.status,
            rules,
          ),
      );
  }
}

function walk<T extends { version: number }>(
  states: readonly T[],
  first: number,
  keyOf: (state: T) => string,
  begins: (state: T) => boolean,
  leads: (from: T, to: T, before: readonly T[]) => boolean,
): string | undefined {
  const byVersion = new Map<number, T>();
  for (const state of states) {
    const known = byVersion.get(state.version);
    if (known && keyOf(known) !== keyOf(state))
      return `version ${state.version} was told as ${keyOf(known)} and as ${keyOf(state)}`;
    byVersion.set(state.version, state);
  }
  const last = Math.max(first - 1, ...byVersion.keys());
  const before: T[] = [];
  for (let version = first; version <= last; version++) {
    const state = byVersion.get(version);
    if (!state) return `version ${version} is missing, the last is ${last}`;
    const from = before.at(-1);
    if (!from && !begins(state)) return `version ${version} begins with ${keyOf(state)}`;
    if (from && !leads(from, state, before))
      return `version ${version}: nothing leads from ${keyOf(from)} to ${keyOf(state)}`;
    before.push(state);
  }
  const early = [...byVersion.keys()].find((version) => version < first);
  return early === undefined ? undefined : `version ${early} comes before the first, ${first}`;
}

function orderKey({ status, reason, ticketConfirmed, paymentAuthorized, payment }: Purchase): string {
  const flags = [
    ticketConfirmed && 'ticket confirmed',
    paymentAuthorized && 'payment authorized',
    reason && `reason ${reason}`,
    payment && `payment ${payment.status}`,
  ];
  return [status, ...flags].filter(Boolean).join(', ');
}

function beginsOrder({ status, reason, ticketConfirmed, paymentAuthorized, payment }: OrderState): boolean {
  return status === 'created' && !reason && !ticketConfirmed && !paymentAuthorized && !payment;
}

function leadsOrder(from: OrderState, to: OrderState, rules: Rules): boolean {
  const id = from.payment?.id ?? to.payment?.id ?? '';
  return orderFacts(rules).some((fact) => {
    const happened: Fact = 'payment' in fact ? { ...fact, payment: { ...fact.payment, id } } : fact;
    const changes = rules.orders.applyFact(from, happened);
    return changes !== undefined && orderKey({ ...from, ...changes }) === orderKey(to);
  });
}

/** Everything that can happen to an order. A payment has the id ''. */
export function orderFacts({ payments }: Rules): Fact[] {
  const told = Object.entries(payments.publishedEvent) as [PaymentStatus, PaymentFact][];
  return [
    { event: 'ticket:updated' },
    { event: 'ticket:reservation-refused' },
    { event: 'expiration:complete' },
    { event: 'order:cancelled' },
    ...told.map(([status, event]) => ({ event, payment: { id: '', status } })),
  ];
}
type PaymentFact = Extract<Fact, { payment: unknown }>['event'];

function ticketKey({ status, orderId, reservationSeq }: TicketState): string {
  return `${status}${orderId ? ` for ${orderId}` : ''}, number ${reservationSeq}`;
}

function beginsTicket({ status, orderId, reservationSeq }: TicketState): boolean {
  return status === 'available' && !orderId && reservationSeq === 0;
}

/** An order that the ticket's events never name: refused, or cancelled before it was seen. */
const unnamed = 'an order not named';

function leadsTicket(from: TicketState, to: TicketState, all: readonly TicketState[], rules: Rules): boolean {
  if (isOffered(from, rules)) {
    const isEdited = ticketKey(from) === ticketKey(to);
    const isWithdrawn = ticketKey({ ...from, status: 'withdrawn' }) === ticketKey(to);
    if (isEdited || isWithdrawn) return true;
  }
  const slot: ReservationState = {
    status: from.status,
    reservationSeq: from.reservationSeq,
    orderId: from.orderId ?? undefined,
  };
  const orderIds = new Set([unnamed, ...all.flatMap(({ orderId }) => orderId ?? [])]);
  return [...orderIds].some((orderId) =>
    happenings.some((happened) =>
      [from.reservationSeq, to.reservationSeq].some((reservationSeq) => {
        const fact = { happened, orderId, buyerId: '', reservationSeq, at: new Date(0) };
        const changes = rules.tickets.applyOrderFact(slot, fact);
        if (!changes) return false;
        const next = { ...slot, ...changes };
        return ticketKey({ ...to, ...next, orderId: next.orderId ?? null }) === ticketKey(to);
      }),
    ),
  );
}
const happenings: OrderFact['happened'][] = ['created', 'cancelled', 'complete', 'refunded'];

function isOffered(ticket: TicketState, { tickets }: Rules): boolean {
  try {
    tickets.assertAvailable(ticket);
    return true;
  } catch {
    return false;
  }
}

/** Whether a payment whose last events were these may tell `next`; what a step leaves unseen is followed through. */
function tells(told: readonly PaymentStatus[], next: PaymentStatus, rules: Rules): boolean {
  const { publishedEvent } = rules.payments;
  let charges: Charge[] = [{ status: 'none' }];
  for (const status of [...told, next]) {
    const reached = new Map<string, Charge>();
    const heard = new Map<string, Charge>();
    for (let charge = charges.pop(); charge; charge = charges.pop())
      for (const after of following(charge, rules)) {
        const isTold = publishedEvent[after.status] !== undefined && after.status !== charge.status;
        const seen = isTold ? heard : reached;
        const key = JSON.stringify(after, Object.keys(after).sort());
        if (seen.has(key)) continue;
        seen.set(key, after);
        if (!isTold) charges.push(after);
      }
    charges = [...heard.values()].filter((charge) => charge.status === status);
  }
  return charges.length > 0;
}
