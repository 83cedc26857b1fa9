import { CONTRACT_VIOLATION } from '../../shop/shop-client.ts';
import type { Snapshot, StoredOrder } from '../../shop/snapshot.ts';
import type { Call } from '../history.ts';
import { finalOrderStatuses, finalPaymentStatuses } from './transitions.ts';

type Answer = NonNullable<Call['answer']>;
type Rule = (call: Call, answer: Answer) => string | undefined;

/** I4, I5, I10: every answer is true, and the snapshot still agrees with it as far as it was final. */
export function findAnswerViolations(snapshot: Snapshot, calls: Call[]): string[] {
  const rules: Record<string, Rule> = {
    ...ticketRules(snapshot, createdBefore()),
    ...orderRules(snapshot, createdBefore()),
    ...paymentRules(snapshot),
  };
  const found = calls.flatMap((call) => {
    const violation = call.outcome === 'ok' ? rules[call.op]?.(call, call.answer ?? {}) : undefined;
    return [...findErrorViolations(call, snapshot.orders), ...(violation ? [violation] : [])];
  });
  return [...new Set([...found, ...findIntentViolations(snapshot)])];
}

const pathId = ({ path }: Call) => /[0-9a-f]{24}/.exec(path)?.[0] ?? '';
const bodyOf = ({ body }: Call) => (body ?? {}) as { ticketId?: string; orderId?: string; price?: number };
const indexById = <T extends { _id: string }>(documents: T[]) =>
  new Map(documents.map((document) => [document._id, document]));

/** Remembers which id each idempotency key created. @returns a function that finds another id of the same key. */
function createdBefore() {
  const created = new Map<string, string>();
  return ({ client, key }: Call, id: string): string | undefined => {
    const request = `${client} ${key}`;
    const before = created.get(request) ?? id;
    created.set(request, id);
    return before === id ? undefined : before;
  };
}
type FindOther = ReturnType<typeof createdBefore>;

function ticketRules({ tickets }: Snapshot, findOther: FindOther): Record<string, Rule> {
  const ticketOf = indexById(tickets);
  return {
    list(call, { id = '' }) {
      const other = findOther(call, id);
      if (other) return `I10 one request listed ticket ${other} and ticket ${id}`;
      return ticketOf.has(id) ? undefined : `I5 ticket ${id} was listed and is not stored`;
    },
    edit(call, { version = 0 }) {
      const ticket = ticketOf.get(pathId(call));
      if (!ticket || ticket.version < version)
        return `I5 ticket ${pathId(call)} was edited as version ${version}, stored is ${ticket?.version}`;
      const isLatest = ticket.version === version;
      const hasPrice = ticket.amount === Math.round((bodyOf(call).price ?? 0) * 100);
      return isLatest && !hasPrice ? `I5 ticket ${ticket._id} has lost an acknowledged price` : undefined;
    },
    withdraw(call) {
      const { status } = ticketOf.get(pathId(call)) ?? {};
      return status === 'withdrawn' ? undefined : `I5 ticket ${pathId(call)} was withdrawn and is ${status}`;
    },
  };
}

function orderRules({ orders }: Snapshot, findOther: FindOther): Record<string, Rule> {
  const orderOf = indexById(orders);
  return {
    reserve(call, { id = '', ticketId }) {
      const other = findOther(call, id);
      if (other) return `I10 one request created order ${other} and order ${id}`;
      const order = orderOf.get(id);
      if (!order) return `I5 order ${id} was acknowledged and is not stored`;
      return order.ticket.id === ticketId && ticketId === bodyOf(call).ticketId
        ? undefined
        : `I10 order ${id} is not on the requested ticket ${bodyOf(call).ticketId}`;
    },
    cancel(call) {
      const { status } = orderOf.get(pathId(call)) ?? {};
      return status === 'cancelled' ? undefined : `I5 order ${pathId(call)} was cancelled and is ${status}`;
    },
    'show order': (call, { status = '' }) => checkShownOrder(orderOf.get(pathId(call)), pathId(call), status),
    refund(call) {
      const { status } = orderOf.get(pathId(call)) ?? {};
      return status === 'refunded' ? undefined : `I5 order ${pathId(call)} was refunded and is ${status}`;
    },
  };
}

function paymentRules({ orders, payments }: Snapshot): Record<string, Rule> {
  const orderOf = indexById(orders);
  const paymentOf = indexById(payments);
  return {
    pay(_, { id = '', status = '' }) {
      const payment = paymentOf.get(id);
      if (!payment?.status || payment.status === 'none')
        return `I5 payment ${id} was accepted and is not stored`;
      if (status === 'captured' && !['captured', 'refunding', 'refunded'].includes(payment.status))
        return `I10 payment ${id} was answered as captured and is ${payment.status}`;
      if (!finalPaymentStatuses.includes(payment.status))
        return `I10 payment ${id} was accepted and stays ${payment.status}`;
      const order = orderOf.get(id);
      const isPaid = payment.status === 'captured';
      return isPaid === (order?.status === 'complete')
        ? undefined
        : `I10 payment ${id} is ${payment.status}, its order ${order?.status}`;
    },
    'show payment'(call, { status = '' }) {
      const stored = paymentOf.get(pathId(call))?.status;
      return stored === status
        ? undefined
        : `I10 payment ${pathId(call)} is shown as ${status} and is ${stored}`;
    },
  };
}

function checkShownOrder(order: StoredOrder | undefined, id: string, shown: string): string | undefined {
  if (!order) return `I5 order ${id} was shown and is not stored`;
  if (!finalOrderStatuses.includes(shown) || order.status === shown) return undefined;
  return shown === 'complete' && order.status === 'refunded'
    ? undefined
    : `I6 order ${id} was shown as ${shown} and is ${order.status}`;
}

/** Answers that are wrong whatever was requested. */
function findErrorViolations(call: Call, orders: StoredOrder[]): string[] {
  const found: string[] = [];
  if (call.code?.startsWith(CONTRACT_VIOLATION)) found.push(`I10 ${call.op} by ${call.client}: ${call.code}`);
  if (call.status === 500) found.push(`I10 ${call.method} ${call.path} was answered 500 to ${call.client}`);
  const ticketId = bodyOf(call).ticketId ?? pathId(call);
  const wasSold = ({ ticket, status }: StoredOrder) =>
    ticket.id === ticketId && (status === 'complete' || status === 'refunded');
  if (call.code === 'ticket_sold' && !orders.some(wasSold))
    found.push(`I10 ticket ${ticketId} was answered as sold, and no order ever had it`);
  return found;
}

function findIntentViolations({ ledger, payments }: Snapshot): string[] {
  const paymentOf = indexById(payments);
  return ledger.flatMap(({ id, metadata }) => {
    const stored = paymentOf.get(metadata.orderId ?? '')?.intent?.id;
    return stored !== undefined && stored !== id
      ? [`I4 payment ${metadata.orderId} has PaymentIntent ${stored}, not ${id}`]
      : [];
  });
}
