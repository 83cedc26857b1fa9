/**
 * The timeline of an order, a ticket, a payment or a user: the facts of all services in order of time, and what in them is
 * inconsistent. Pure. `npm run ops` prints it; a page can show the same object.
 */
import type { Facts, Ids, Moment, OrderFact, Subject } from './facts.ts';
import { latestFacts, relatedIds } from './facts.ts';
import type { State } from './invariants.ts';
import { findMoneyViolations, findPendingWork, findTicketViolations } from './invariants.ts';

/** For how long after a change the services may still differ. */
export const SETTLING_MS = 10_000;
/** How old a committed event is when it waits for too long. */
const WAITING_MS = 10_000;
/** The services whose facts the comparisons need. */
const compared = ['tickets', 'orders', 'payments'];

export type Verdict = 'consistent' | 'in progress' | 'inconsistent' | 'incomplete';

export type Timeline = {
  subject: Subject;
  /** When the facts were read. */
  readAt: string;
  /** The aggregates in their present state. */
  states: { kind: string; id: string; text: string }[];
  moments: Moment[];
  /** What is wrong. With a number such as I2: the invariant of docs/reliability.md that is violated. */
  findings: string[];
  /** What differs now and may agree in some seconds. */
  inProgress: string[];
  /** What could not be read. */
  problems: string[];
  verdict: Verdict;
};

/** Joins facts into a timeline. @returns undefined when none of them is about the subject. */
export function timelineOf(subject: Subject, allFacts: Facts[]): Timeline | undefined {
  const facts = latestFacts(allFacts);
  const ids = relatedIds(subject, facts);
  const readAt =
    facts
      .map((one) => one.readAt)
      .sort()
      .at(-1) ?? '';
  const now = Date.parse(readAt);
  const everything = mergeMoments(facts.flatMap(({ moments }) => moments));
  const moments = everything.filter((moment) => concerns(subject, ids, moment));
  const states = statesOf(subject, facts);
  if (states.length === 0 && moments.length === 0) return undefined;
  const problems = facts.flatMap((one) => one.problems);
  const isSettled = now - latestChange(everything, facts, now) >= SETTLING_MS;
  const waiting = findWaiting(facts, now);
  const differing = findDifferences(facts, now);
  const findings = [
    ...findDeadLetters(facts),
    ...waiting.overdue,
    ...findMissing(facts, everything),
    ...(isSettled ? differing : []),
  ];
  const inProgress = [...waiting.recent, ...(isSettled ? [] : differing)];
  const verdict = findings.length
    ? 'inconsistent'
    : problems.length
      ? 'incomplete'
      : inProgress.length
        ? 'in progress'
        : 'consistent';
  return { subject, readAt, states, moments, findings, inProgress, problems, verdict };
}

/** In order of time. A stored moment and the event of the same version are one: the event adds its trace. */
function mergeMoments(moments: Moment[]): Moment[] {
  const merged: Moment[] = [];
  const byVersion = new Map<string, Moment>();
  for (const moment of moments) {
    const { kind, id, version } = moment;
    const key = `${kind}:${id}:${version}`;
    const same = version === undefined ? undefined : byVersion.get(key);
    if (same) {
      if (same.traceId === undefined && moment.traceId !== undefined) same.traceId = moment.traceId;
      continue;
    }
    const copy = { ...moment };
    merged.push(copy);
    if (version !== undefined) byVersion.set(key, copy);
  }
  return merged.sort((a, b) => a.at.localeCompare(b.at));
}

/** Of an order: what names it, and what happened to its ticket without another order. */
function concerns({ kind }: Subject, { orders }: Ids, moment: Moment): boolean {
  if (kind !== 'order' && kind !== 'payment') return true;
  return moment.orderId === orders[0] || (moment.kind === 'ticket' && moment.orderId === undefined);
}

function statesOf({ kind }: Subject, facts: Facts[]): Timeline['states'] {
  const isOneOrder = kind === 'order' || kind === 'payment';
  const orders = facts.flatMap(({ orders = [] }) => orders);
  const shown = isOneOrder ? orders.slice(0, 1) : orders;
  const isShown = (id: string) => !isOneOrder || shown.length === 0 || shown.some((order) => order.id === id);
  return [
    ...facts
      .flatMap(({ users = [] }) => users)
      .map(({ id, version, status }) => ({ kind: 'user', id, text: `v${version}, ${status}` })),
    ...facts
      .flatMap(({ tickets = [] }) => tickets)
      .map(({ id, version, status, sellerId }) => ({
        kind: 'ticket',
        id,
        text: `v${version}, ${status}, seller ${sellerId}`,
      })),
    ...shown.map((order) => ({ kind: 'order', id: order.id, text: describeOrder(order) })),
    ...facts
      .flatMap(({ payments = [] }) => payments)
      .filter(({ id, status }) => isShown(id) && status !== 'none')
      .map(({ id, version, status, intentId }) => ({
        kind: 'payment',
        id,
        text: `v${version}, ${status}${intentId ? `, ${intentId}` : ''}`,
      })),
  ];
}

function describeOrder({ version, status, reason, ticket, buyerId }: OrderFact): string {
  const outcome = reason ? `${status} (${reason})` : status;
  return `v${version}, ${outcome}, ${ticket.amount} ${ticket.currency}, buyer ${buyerId}`;
}

/** When something last changed that may lead to further changes, in milliseconds since 1970. */
function latestChange(moments: Moment[], facts: Facts[], now: number): number {
  const expired = facts
    .flatMap(({ orders = [] }) => orders)
    .map(({ expiresAt }) => Date.parse(expiresAt))
    .filter((at) => at <= now);
  const changed = moments.filter(({ kind }) => kind !== 'log').map(({ at }) => Date.parse(at));
  return Math.max(0, ...changed, ...expired);
}

function findDeadLetters(facts: Facts[]): string[] {
  return facts.flatMap(({ service, deadLetters = [] }) =>
    deadLetters.map(
      ({ id, type, eventId, error }) =>
        `I8 ${service} could not handle ${type}${eventId ? ` (${eventId})` : ''}, dead letter ${id}: ${error}`,
    ),
  );
}

function findWaiting(facts: Facts[], now: number): { overdue: string[]; recent: string[] } {
  const found = facts.flatMap(({ service, waiting = [] }) =>
    waiting.map(({ id, type, since }) => {
      const seconds = Math.max(0, Math.round((now - Date.parse(since)) / 1_000));
      const isOverdue = now - Date.parse(since) > WAITING_MS;
      return { isOverdue, text: `I9 ${type} (${id}) of ${service} has waited ${seconds} s for the broker` };
    }),
  );
  return {
    overdue: found.filter(({ isOverdue }) => isOverdue).map(({ text }) => text),
    recent: found.filter(({ isOverdue }) => !isOverdue).map(({ text }) => text),
  };
}

/** Aggregates that others know, and that are not in the database of their owner: it was restored, or written by hand. */
function findMissing(facts: Facts[], moments: Moment[]): string[] {
  const of = (service: string) => facts.find((one) => one.service === service && one.problems.length === 0);
  const found: string[] = [];
  const orders = of('orders')?.orders;
  const tickets = of('tickets')?.tickets;
  const published = new Set(moments.filter(({ kind }) => kind === 'order').map(({ id }) => id));
  if (orders)
    for (const id of published)
      if (!orders.some((order) => order.id === id))
        found.push(`I5 order ${id} was published, and is not in the database of orders`);
  if (orders && tickets)
    for (const id of new Set(orders.map(({ ticket }) => ticket.id)))
      if (!tickets.some((ticket) => ticket.id === id))
        found.push(`I5 ticket ${id} was ordered, and is not in the database of tickets`);
  return found;
}

/** What differs between services, or from Stripe; right after a change it may only be late. */
function findDifferences(facts: Facts[], now: number): string[] {
  const isRead = (service: string) =>
    facts.some((one) => one.service === service && one.problems.length === 0);
  const reported = facts.flatMap(({ differences = [] }) => differences);
  const state = storedState(facts);
  const timers = isRead('expiration') && isRead('orders') ? findMissingTimers(facts, now) : [];
  if (!compared.every(isRead)) return [...reported, ...timers];
  return [
    ...findTicketViolations(state.tickets, state.orders),
    ...findMoneyViolations(state, (stripeAmount, amount) => stripeAmount === amount),
    ...findPendingWork(state, now),
    ...findUnrecordedReturns(facts),
    ...reported,
    ...timers,
  ];
}

function findMissingTimers(facts: Facts[], now: number): string[] {
  const timed = new Set(facts.flatMap(({ timers = [] }) => timers.map(({ orderId }) => orderId)));
  return facts
    .flatMap(({ orders = [] }) => orders)
    .filter(
      ({ id, status, expiresAt }) => status === 'created' && Date.parse(expiresAt) > now && !timed.has(id),
    )
    .map(({ id }) => `order ${id} has no timer; the sweeper of orders ends it at its time`);
}

/** Money that Stripe returned to the buyer and the payment does not record: its webhook was lost. */
function findUnrecordedReturns(facts: Facts[]): string[] {
  const recorded = new Map(
    facts.flatMap(({ payments = [] }) => payments.map(({ id, refundedAmount }) => [id, refundedAmount])),
  );
  return facts
    .flatMap(({ intents = [] }) => intents)
    .filter(({ orderId, returned }) => returned > (recorded.get(orderId) ?? 0))
    .map(
      ({ orderId, returned }) =>
        `Stripe returned ${returned} of order ${orderId}, its payment records ${recorded.get(orderId) ?? 0}; ` +
        'npm run reconcile records it',
    );
}

function storedState(facts: Facts[]): State {
  return {
    tickets: facts.flatMap(({ tickets = [] }) => tickets).map(stored),
    orders: facts
      .flatMap(({ orders = [] }) => orders)
      .map((order) => ({ ...stored(order), expiresAt: new Date(order.expiresAt) })),
    payments: facts.flatMap(({ payments = [] }) => payments).map(stored),
    replicas: facts.flatMap(({ replicas = [] }) => replicas).map(stored),
    deadLetters: [],
    ledger: facts
      .flatMap(({ intents = [] }) => intents)
      .map(({ id, orderId, status, currency, captured, returned }) => ({
        ...{ id, status, currency, captured },
        metadata: { orderId },
        captures: status === 'succeeded' ? 1 : 0,
        refunded: returned,
        lost: 0,
      })),
  };
}

function stored<T extends { id: string }>(fact: T): Omit<T, 'id'> & { _id: string } {
  const { id, ...rest } = fact;
  return { ...rest, _id: id };
}
