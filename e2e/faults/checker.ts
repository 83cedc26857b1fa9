import { strayStep } from '../model/paths.ts';
import type { History as Observed } from '../model/paths.ts';
import { unrest, violations } from '../shop/books.ts';
import type { Books, StoredOrder } from '../shop/books.ts';
import type { Audit, Trail } from './audit.ts';
import type { Call } from './history.ts';

/**
 * What a run is held against. The tables below are written down here a second time on purpose: they are not the
 * services' own, so a rule that is changed there by mistake is noticed here.
 */
export const invariants = {
  I1: 'at most one order has the ticket at any time; sold means one complete order',
  I2: 'a complete order was charged exactly once, exactly its price',
  I3: 'a cancelled order keeps no money and no authorisation, and was never charged',
  I4: 'one PaymentIntent and one payment belong to one order',
  I5: 'what was acknowledged is there, no event is lost, replicas equal their source',
  I6: 'versions have no gap and one state each, statuses follow the table, final ones stay',
  I7: 'no order stays open past its time',
  I8: 'only poison is set aside, and poison is',
  I9: 'nothing is stuck, and no program ends unasked',
  I10: 'an answer is true',
} as const;
export type Invariant = keyof typeof invariants;

/** `about`: the ids it is about, for its story. */
export type Violation = { invariant: Invariant; text: string; about: string[] };

type Table = Record<string, readonly string[]>;
const orderTable: Table = {
  created: ['created', 'awaiting:payment', 'cancelled'],
  'awaiting:payment': ['complete', 'cancelled'],
  complete: ['refunded'],
  cancelled: ['cancelled'], // the fate of its money
  refunded: [],
};
const paymentTable: Table = {
  authorized: ['captured', 'voided', 'failed', 'refunded'],
  captured: ['refunded'],
  voided: ['refunded'],
  failed: ['refunded'],
  refunded: [],
};
const ticketTable: Table = {
  available: ['available', 'reserved', 'withdrawn'],
  reserved: ['available', 'reserved', 'sold', 'withdrawn'],
  sold: ['sold', 'withdrawn'], // sold again: an order on a sold ticket is refused
  withdrawn: ['withdrawn'],
};
const finalOrders = ['complete', 'cancelled', 'refunded'];
const finalPayments = ['captured', 'voided', 'failed', 'refunded'];

export function violation(text: string): Violation {
  const invariant = /^I\d+/.exec(text)?.[0] as Invariant;
  return { invariant, text: text.slice(invariant.length + 1), about: text.match(/\b[0-9a-f]{24}\b/g) ?? [] };
}

/** Which invariant says that this may not stay so. */
export function stuck(rest: string): Violation {
  const invariant = /past its time|awaits its payment/.test(rest)
    ? 'I7'
    : /^ticket \S+ is /.test(rest)
      ? 'I1'
      : rest.includes('knows version')
        ? 'I5'
        : rest.includes(', its order ')
          ? 'I3'
          : 'I9';
  return violation(`${invariant} ${rest}, and it stays so`);
}

/** All that still moves, and orders that will expire. */
export function restless(books: Books): string[] {
  const open = books.orders.filter(({ status }) => status === 'created');
  return [...unrest(books), ...open.map(({ _id }) => `order ${_id} is created, not past its time yet`)];
}

/** Everything that is wrong once the shop is quiet. `skewed`: a clock was wrong, so times cannot be compared. */
export function check(run: { books: Books; audit: Audit; calls: Call[]; skewed: boolean }): Violation[] {
  const { books, audit, calls, skewed } = run;
  return [
    ...violations({ ...books, deadLetters: [] }),
    ...replicaViolations(books),
    ...trailViolations(books, audit),
    ...answerViolations(books, calls),
    ...(skewed ? [] : slotViolations(books.orders, calls)),
  ].map(violation);
}

function replicaViolations({ tickets, orders, replicas, payments }: Books): string[] {
  const found: string[] = [];
  const differ = (what: string, one: object, other: object | undefined) => {
    for (const [field, value] of Object.entries(one)) {
      const copy = (other as Record<string, unknown> | undefined)?.[field];
      if ((value ?? null) !== (copy ?? null))
        found.push(
          `I5 ${what}: ${field} is ${String(value)} at its source and ${String(copy)} in the replica`,
        );
    }
  };
  const replicaOf = new Map(replicas.map((replica) => [replica._id, replica]));
  for (const { _id, version, status, title, amount, userId, orderId, reservationSeq } of tickets)
    differ(
      `ticket ${_id}`,
      { version, status, title, amount, userId, orderId, reservationSeq },
      replicaOf.get(_id),
    );
  const paymentOf = new Map(payments.map((payment) => [payment._id, payment]));
  for (const { _id, version, status, reason, userId, ticket } of orders)
    differ(
      `order ${_id}`,
      { version, status, reason, userId, amount: ticket.amount },
      paymentOf.get(_id)?.order,
    );
  return found;
}

/** A linear replay of what the audit group saw of each aggregate, against what its database says in the end. */
function trailViolations({ tickets, orders, payments }: Books, audit: Audit): string[] {
  const found: string[] = [];
  const kinds = [
    { kind: 'ticket', docs: tickets, first: 0, table: ticketTable },
    { kind: 'order', docs: orders, first: 0, table: orderTable },
    { kind: 'payment', docs: payments, first: 1, table: paymentTable },
  ];
  for (const { kind, docs, first, table } of kinds) {
    for (const doc of docs) {
      const trail = audit.trailOf(kind, doc._id);
      const name = `${kind} ${doc._id}`;
      for (let version = first; version <= doc.version; version++)
        if (!trail?.versions.has(version))
          found.push(`I5 ${name}: version ${version} of ${doc.version} was never told`);
      for (const version of trail?.versions.keys() ?? [])
        if (version > doc.version)
          found.push(`I5 ${name}: version ${version} was told, but ${doc.version} is stored`);
      if (!trail) continue;
      const stray = strayStep({ of: kind, states: trail.told.map(({ event }) => event.data) } as Observed);
      if (stray && !stray.includes('is missing')) found.push(`I6 ${name} is no path of the model: ${stray}`);
      const steps = stepsOf(trail);
      steps.forEach(({ status, version }, i) => {
        const before = steps[i - 1];
        if (before && before.version + 1 === version && !table[before.status]?.includes(status))
          found.push(`I6 ${name} went from ${before.status} to ${status} with version ${version}`);
        if (kind === 'ticket' && before && steps[i]!.reservationSeq < before.reservationSeq)
          found.push(`I6 ${name}: reservationSeq fell from ${before.reservationSeq} with version ${version}`);
      });
      const last = steps.at(-1);
      if (
        last?.version === doc.version &&
        kind !== 'payment' &&
        last.status !== (doc as { status: string }).status
      )
        found.push(
          `I5 ${name} was told as ${last.status} with version ${last.version} and is stored otherwise`,
        );
    }
    for (const contradiction of audit.contradictions)
      if (docs.some(({ _id }) => contradiction.startsWith(`I6 ${kind}:${_id}:`))) found.push(contradiction);
  }
  return [...found, ...doubleSales(orders, audit)];
}

type Step = { version: number; status: string; reservationSeq: number; orderId?: string | null };

function stepsOf({ versions }: Trail): Step[] {
  return [...versions]
    .map(([version, { event }]) => ({ ...(event.data as unknown as Step), version }))
    .sort((a, b) => a.version - b.version);
}

/** I1 at every moment of the history: of two orders on a ticket the later number may only begin when the earlier has ended. */
function doubleSales(orders: StoredOrder[], audit: Audit): string[] {
  const found: string[] = [];
  const numbers = new Map<string, string>();
  for (const { _id, ticket, reservationSeq, status } of orders) {
    const place = `${ticket.id}:${reservationSeq}`;
    const other = numbers.get(place);
    if (other)
      found.push(
        `I1 orders ${other} and ${_id} both are reservation ${reservationSeq} of ticket ${ticket.id}`,
      );
    numbers.set(place, _id);
    const wasComplete = [...(audit.trailOf('order', _id)?.versions.values() ?? [])].some(
      ({ event }) => (event.data as { status?: string }).status === 'complete',
    );
    if (wasComplete && !['complete', 'refunded'].includes(status))
      found.push(`I6 order ${_id} was complete and is ${status}`);
    const later = orders.find((one) => one.ticket.id === ticket.id && one.reservationSeq > reservationSeq);
    if (later && status !== 'cancelled')
      found.push(`I1 ticket ${ticket.id}: order ${later._id} came after order ${_id}, which is ${status}`);
  }
  return found;
}

/** I5, I10: what was answered is so, and stayed so as far as it was final. */
function answerViolations({ tickets, orders, payments, ledger }: Books, calls: Call[]): string[] {
  const found: string[] = [];
  const ticketOf = new Map(tickets.map((ticket) => [ticket._id, ticket]));
  const orderOf = new Map(orders.map((order) => [order._id, order]));
  const paymentOf = new Map(payments.map((payment) => [payment._id, payment]));
  const idIn = ({ path }: Call) => /[0-9a-f]{24}/.exec(path)?.[0] ?? '';
  const bodyOf = ({ body }: Call) => (body ?? {}) as { ticketId?: string; orderId?: string; price?: number };
  const findByIdempotencyKey = new Map<string, string>();
  /** What this request made when it was sent before, if that was something else. */
  function otherMadeBy({ client, key }: Call, id: string): string | undefined {
    const by = `${client} ${key}`;
    const before = findByIdempotencyKey.get(by) ?? id;
    findByIdempotencyKey.set(by, id);
    return before === id ? undefined : before;
  }

  const rules: Record<string, (call: Call, answer: NonNullable<Call['answer']>) => string | undefined> = {
    list(call, { id = '' }) {
      const other = otherMadeBy(call, id);
      if (other) return `I10 one request listed ticket ${other} and ticket ${id}`;
      return ticketOf.has(id) ? undefined : `I5 ticket ${id} was listed and is not there`;
    },
    edit(call, { version = 0 }) {
      const ticket = ticketOf.get(idIn(call));
      if (!ticket || ticket.version < version)
        return `I5 ticket ${idIn(call)} was edited as version ${version}, stored is ${ticket?.version}`;
      const isLast = ticket.version === version;
      const isSo = ticket.amount === Math.round((bodyOf(call).price ?? 0) * 100);
      return isLast && !isSo ? `I5 ticket ${ticket._id} has lost an acknowledged price` : undefined;
    },
    withdraw(call) {
      const { status } = ticketOf.get(idIn(call)) ?? {};
      return status === 'withdrawn' ? undefined : `I5 ticket ${idIn(call)} was withdrawn and is ${status}`;
    },
    reserve(call, { id = '', ticketId }) {
      const other = otherMadeBy(call, id);
      if (other) return `I10 one request made order ${other} and order ${id}`;
      const order = orderOf.get(id);
      if (!order) return `I5 order ${id} was acknowledged and is not there`;
      return order.ticket.id === ticketId && ticketId === bodyOf(call).ticketId
        ? undefined
        : `I10 order ${id} is not on the ticket ${bodyOf(call).ticketId} that was asked for`;
    },
    cancel(call) {
      const { status } = orderOf.get(idIn(call)) ?? {};
      return status === 'cancelled' ? undefined : `I5 order ${idIn(call)} was cancelled and is ${status}`;
    },
    look: (call, { status = '' }) => stays(orderOf.get(idIn(call)), idIn(call), status),
    pay(_, { id = '', status = '' }) {
      const payment = paymentOf.get(id);
      if (!payment?.status || payment.status === 'none')
        return `I5 payment ${id} was accepted and is not there`;
      if (status === 'captured' && !['captured', 'refunding', 'refunded'].includes(payment.status))
        return `I10 payment ${id} was answered as captured and is ${payment.status}`;
      if (!finalPayments.includes(payment.status))
        return `I10 payment ${id} was accepted and stays ${payment.status}`;
      const order = orderOf.get(id);
      const isPaid = payment.status === 'captured';
      return isPaid === (order?.status === 'complete')
        ? undefined
        : `I10 payment ${id} is ${payment.status}, its order ${order?.status}`;
    },
    refund(call) {
      const { status } = orderOf.get(idIn(call)) ?? {};
      return status === 'refunded' ? undefined : `I5 order ${idIn(call)} was refunded and is ${status}`;
    },
    'look at the payment'(call, { status = '' }) {
      const stored = paymentOf.get(idIn(call))?.status;
      return stored === status
        ? undefined
        : `I10 payment ${idIn(call)} is shown as ${status} and is ${stored}`;
    },
  };

  for (const call of calls) {
    if (call.code?.startsWith('not as docs')) found.push(`I10 ${call.op} by ${call.client}: ${call.code}`);
    if (call.status === 500) found.push(`I10 ${call.method} ${call.path} was answered 500 to ${call.client}`);
    const ticketId = bodyOf(call).ticketId ?? idIn(call);
    if (call.code === 'ticket_sold' && !orders.some((order) => isSold(order, ticketId)))
      found.push(`I10 ticket ${ticketId} was said to be sold, and no order ever had it`);
    if (call.outcome !== 'ok') continue;
    const wrong = rules[call.op]?.(call, call.answer ?? {});
    if (wrong) found.push(wrong);
  }
  for (const { id, metadata } of ledger) {
    const stored = paymentOf.get(metadata.orderId ?? '')?.intent?.id;
    if (stored !== undefined && stored !== id)
      found.push(`I4 payment ${metadata.orderId} knows PaymentIntent ${stored}, not ${id}`);
  }
  return [...new Set(found)];
}

const isSold = ({ ticket, status }: StoredOrder, ticketId: string) =>
  ticket.id === ticketId && (status === 'complete' || status === 'refunded');

function stays(order: StoredOrder | undefined, id: string, seen: string): string | undefined {
  if (!order) return `I5 order ${id} was shown and is not there`;
  if (!finalOrders.includes(seen) || order.status === seen) return undefined;
  return seen === 'complete' && order.status === 'refunded'
    ? undefined
    : `I6 order ${id} was shown as ${seen} and is ${order.status}`;
}

/**
 * I1 from the outside: the slot of a ticket as a register that one order holds. An order holds it for certain from the
 * end of its reservation until the first moment at which something may have ended it; no other reservation may both
 * begin and end within that time.
 */
function slotViolations(orders: StoredOrder[], calls: Call[]): string[] {
  const found: string[] = [];
  const reservations = calls.filter(
    ({ op, outcome, status }) => op === 'reserve' && outcome === 'ok' && status === 201,
  );
  const byTicket = new Map<string, Call[]>();
  for (const call of reservations) {
    const ticketId = call.answer?.ticketId ?? '';
    byTicket.set(ticketId, [...(byTicket.get(ticketId) ?? []), call]);
  }
  const orderOf = new Map(orders.map((order) => [order._id, order]));
  for (const [ticketId, those] of byTicket)
    for (const holder of those) {
      const order = orderOf.get(holder.answer?.id ?? '');
      if (!order) continue;
      const until = earliestEnd(order, calls);
      for (const other of those)
        if (other.answer?.id !== order._id && other.start > holder.end && other.end < until)
          found.push(`I1 order ${other.answer?.id} got ticket ${ticketId} while order ${order._id} had it`);
    }
  return found;
}

function earliestEnd({ _id, status, reason, expiresAt }: StoredOrder, calls: Call[]): number {
  if (status !== 'cancelled') return Infinity;
  if (reason === 'expired') return expiresAt.getTime();
  if (reason === 'refused') return 0;
  const ops = reason === 'buyer' ? 'DELETE' : 'POST';
  const about = calls.filter(
    ({ method, path, body }) => method === ops && `${path}${JSON.stringify(body)}`.includes(_id),
  );
  return Math.min(...about.map(({ start }) => start));
}
