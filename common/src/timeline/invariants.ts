/**
 * The invariants of docs/reliability.md over the documents of the shop and Stripe's ledger: for the tests of the whole
 * system, and for the timeline of an operator. Pure.
 */

/** The fields that the rules read, of the documents as they are stored. */
export type State = {
  tickets: { _id: string; version: number; status: string; outbox?: unknown[] | undefined }[];
  orders: {
    _id: string;
    version: number;
    status: string;
    expiresAt: Date;
    ticket: { id: string; amount: number; currency: string };
    outbox?: unknown[] | undefined;
  }[];
  payments: {
    _id: string;
    status?: string;
    refundedAmount?: number;
    order?: { version: number };
    outbox?: unknown[] | undefined;
  }[];
  /** The copies of the tickets in orders. */
  replicas: { _id: string; version: number }[];
  deadLetters: { _id: string; error: string }[];
  ledger: LedgerEntry[];
};

/** A PaymentIntent at Stripe; `captures` counts the operations, the amounts are what `isSameMoney` compares. */
export type LedgerEntry = {
  id: string;
  metadata: { orderId?: string };
  status: string;
  currency: string;
  captures: number;
  captured: number;
  refunded: number;
  /** What lost disputes took. */
  lost: number;
};

/** Whether an amount of the ledger is the same money as one of the shop in minor units. */
export type IsSameMoney = (ledgerAmount: number, amount: number, currency: string) => boolean;

function byKey<T>(items: T[], key: (item: T) => string | undefined): Map<string | undefined, T[]> {
  const groups = new Map<string | undefined, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

/** The order statuses that keep a ticket from other buyers, except `refunded`. */
const alive = ['created', 'awaiting:payment', 'complete'];
/** The payment statuses in which a call to Stripe is in flight. */
const inFlight = ['pending', 'capturing', 'voiding', 'refunding'];

/** Lists what is not final yet: unpublished events, orders and payments in progress, replicas behind their source. */
export function findPendingWork(
  { tickets, orders, payments, replicas }: Omit<State, 'deadLetters' | 'ledger'>,
  now = Date.now(),
): string[] {
  const found: string[] = [];
  for (const [kind, docs] of Object.entries({ ticket: tickets, order: orders, payment: payments }))
    for (const { _id, outbox } of docs)
      if (outbox?.length) found.push(`${kind} ${_id} has unpublished events`);

  const paymentOf = new Map(payments.map((payment) => [payment._id, payment]));
  for (const { _id, status, version, expiresAt } of orders) {
    const payment = paymentOf.get(_id);
    if (status === 'awaiting:payment') found.push(`order ${_id} awaits its payment`);
    if (status === 'created' && expiresAt.getTime() < now) found.push(`order ${_id} is past its time`);
    if (payment?.order?.version !== version)
      found.push(`payments knows version ${payment?.order?.version} of order ${_id}, not ${version}`);
    if (
      payment?.status &&
      ['authorized', 'requires_action', 'open'].includes(payment.status) &&
      status !== 'created'
    )
      found.push(`payment ${_id} is ${payment.status}, its order ${status}`);
  }
  for (const { _id, status } of payments)
    if (inFlight.includes(status ?? '')) found.push(`payment ${_id} is ${status}`);

  const replicaOf = new Map(replicas.map((replica) => [replica._id, replica.version]));
  for (const { _id, version } of tickets)
    if (replicaOf.get(_id) !== version)
      found.push(`orders knows version ${replicaOf.get(_id)} of ticket ${_id}, not ${version}`);

  // Tickets has no copy of the orders: only the status of a ticket shows whether it handled their events.
  const aliveOn = byKey(
    orders.filter(({ status }) => alive.includes(status)),
    ({ ticket }) => ticket.id,
  );
  for (const { _id, status } of tickets) {
    const orderOn = aliveOn.get(_id)?.[0];
    const isDue = orderOn
      ? orderOn.status === 'complete' && status !== 'sold'
      : ['reserved', 'sold'].includes(status);
    if (isDue) found.push(`ticket ${_id} is ${status}, its order ${orderOn?.status ?? 'over'}`);
  }
  return found;
}

/** Lists violated invariants, each with its number in docs/reliability.md. Valid only when the shop is quiescent. */
export function findViolations(
  { tickets, orders, payments, ledger, deadLetters }: Omit<State, 'replicas'>,
  isSameMoney: IsSameMoney,
): string[] {
  return [
    ...findTicketViolations(tickets, orders),
    ...findMoneyViolations({ orders, payments, ledger }, isSameMoney),
    ...findStrayPayments({ orders, payments, ledger }),
    ...deadLetters.map(({ _id, error }) => `I8 dead letter ${_id}: ${error}`),
  ];
}

/** I1. `orders` has every order of these tickets that is alive. */
export function findTicketViolations(tickets: State['tickets'], orders: State['orders']): string[] {
  const ordersOn = byKey(orders, ({ ticket }) => ticket.id);
  return tickets.flatMap(({ _id, status }) => {
    const keeping = (ordersOn.get(_id) ?? []).filter((order) => alive.includes(order.status));
    const isComplete = keeping.some((order) => order.status === 'complete');
    return [
      ...(keeping.length > 1 ? [`I1 ticket ${_id} is kept for ${keeping.length} orders`] : []),
      ...((status === 'sold') !== isComplete
        ? [`I1 ticket ${_id} is ${status}, complete order: ${isComplete}`]
        : []),
      ...(status === 'reserved' && keeping.length === 0
        ? [`I1 ticket ${_id} is reserved without an order`]
        : []),
    ];
  });
}

type MoneyState = Pick<State, 'orders' | 'payments' | 'ledger'>;

/** I2, I3 and I4, for orders of which the ledger has every PaymentIntent. */
export function findMoneyViolations(
  { orders, payments, ledger }: MoneyState,
  isSameMoney: IsSameMoney,
): string[] {
  const found: string[] = [];
  const refundedAmountOf = new Map(payments.map(({ _id, refundedAmount }) => [_id, refundedAmount]));
  const intentsOf = byKey(ledger, ({ metadata }) => metadata.orderId);
  for (const { _id, status, ticket } of orders) {
    const intents = intentsOf.get(_id) ?? [];
    const captures = intents.reduce((sum, intent) => sum + intent.captures, 0);
    if (intents.length > 1) found.push(`I4 order ${_id} has ${intents.length} PaymentIntents`);
    const kept = intents.reduce((sum, intent) => sum + intent.captured - intent.refunded - intent.lost, 0);
    if (captures > 1) found.push(`I2 order ${_id} was charged ${captures} times`);
    const returned = refundedAmountOf.get(_id) ?? 0;
    const isDue = isSameMoney(kept, ticket.amount - returned, ticket.currency);
    if (status === 'complete' && (captures !== 1 || !isDue || kept === 0))
      found.push(
        `I2 complete order ${_id} of ${ticket.amount}, ${returned} returned, kept ${kept} in ${captures} captures`,
      );
    if (intents.some((intent) => intent.captures > 0 && intent.currency !== ticket.currency))
      found.push(`I2 order ${_id} was charged in another currency than ${ticket.currency}`);
    if (status !== 'cancelled' && status !== 'refunded') continue;
    if (kept !== 0) found.push(`I3 ${status} order ${_id} keeps ${kept}`);
    if (status === 'cancelled' && captures > 0)
      found.push(`I3 cancelled order ${_id} was charged ${captures} times`);
    if (intents.some((intent) => intent.status === 'requires_capture'))
      found.push(`I3 ${status} order ${_id} still has an authorization`);
  }
  return found;
}

function findStrayPayments({ orders, payments, ledger }: MoneyState): string[] {
  const paid = new Set(payments.map(({ _id }) => _id));
  const known = new Set(orders.map(({ _id }) => _id));
  return [
    ...ledger
      .filter(({ metadata }) => !metadata.orderId || !paid.has(metadata.orderId))
      .map(({ id }) => `I4 PaymentIntent ${id} belongs to no payment`),
    ...[...paid].filter((id) => !known.has(id)).map((id) => `I4 payment ${id} belongs to no order`),
  ];
}
