import { every, isId } from '@ticketing/common';
import { isBusy } from './bookkeeping.ts';
import type { Dependencies } from './decide.ts';
import { decide } from './decide.ts';
import { differenceFromStripe } from './difference-from-stripe.ts';
import type { Payment } from './models/payment.ts';
import { attemptedBetween, findPayment, payments } from './models/payment.ts';
import type { Difference } from './models/reconciliation.ts';
import { recordReconciliation } from './models/reconciliation.ts';
import { measureReconciliation } from './payment-metrics.ts';
import { isAllReturned, openDisputes } from './returned-money.ts';
import { refreshMoney } from './settle-refund.ts';
import type { Intent } from './stripe-objects.ts';
import { unpaidOrders } from './unpaid-orders.ts';
import type { Worker } from './worker.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const EVERY_MS = 60 * MINUTE;
const LOOK_BACK_MS = 8 * DAY; // an authorization ends after seven
const SETTLING_MS = 10 * MINUTE;

/**
 * Compares Stripe, payments and the replica of orders over the last eight days; without calls in flight they agree.
 * Refunds money captured for a cancelled order, or for an order unknown here for ten minutes, and records refunds and
 * disputes made at Stripe; an operator has to judge every other difference.
 */
export async function reconcile(
  deps: Dependencies,
  worker: Pick<Worker, 'enqueue'>,
  { now = Date.now() }: { now?: number } = {},
): Promise<Difference[]> {
  const since = new Date(now - LOOK_BACK_MS);
  const settledBefore = new Date(now - SETTLING_MS);
  const differences: Difference[] = [];
  const seen = new Set<string>();
  const report = (what: string, orderId: string | undefined, intentId: string | undefined) => {
    differences.push({ orderId, intentId, what });
    deps.log.error({ orderId, intentId, what, alarm: true }, 'reconciliation difference');
  };
  const run = { deps, worker, settledBefore, report };

  for await (const intent of deps.gateway.intentsSince(since)) {
    seen.add(intent.id);
    const payment = await ownerOf(intent);
    if (payment) await compare(run, payment, intent);
    else await handleUnknownOrder(run, intent);
  }
  await refreshReturned(run, since);
  const recent = payments().find(attemptedBetween(since, settledBefore), {
    projection: { intent: 1 },
    hint: { _id: 1 },
  });
  for await (const { _id, intent } of recent)
    if (intent && !seen.has(intent.id)) report('Stripe has no such PaymentIntent', _id, intent.id);
  // Those with a PaymentIntent were compared above, or were just reported as missing.
  for await (const { _id, status, intent } of unpaidOrders(since, settledBefore))
    if (!intent) report(`the order is complete, its payment ${status}`, _id, undefined);
  return differences;
}

type Run = {
  deps: Dependencies;
  worker: Pick<Worker, 'enqueue'>;
  settledBefore: Date;
  report: (what: string, orderId: string | undefined, intentId: string | undefined) => void;
};

/** Records refunds and disputes at Stripe whose webhook never came, and what became of the disputes that are open. */
async function refreshReturned({ deps, report }: Run, since: Date) {
  const disputed = payments().find(
    { 'dispute.status': { $in: openDisputes } },
    { projection: { intent: 1 } },
  );
  const intentIds = new Set<string>();
  for await (const { intent } of disputed) if (intent) intentIds.add(intent.id);
  for await (const id of deps.gateway.returnsSince(since)) intentIds.add(id);
  for (const intentId of intentIds) {
    const before = await findPayment({ 'intent.id': intentId });
    if (before?.status !== 'captured' && before?.status !== 'refunded') continue;
    const after = await refreshMoney(deps, before, 'background');
    if (!after || after.version === before.version) continue;
    const { refundedAmount, dispute, order } = after;
    const disputeNow = dispute ? `, dispute ${dispute.status}` : '';
    report(
      `${refundedAmount} of ${order.amount} ${order.currency} returned at Stripe${disputeNow}, now recorded`,
      before._id,
      intentId,
    );
  }
}

async function ownerOf({ id, orderId }: Intent): Promise<Payment | null> {
  return (
    (await findPayment({ 'intent.id': id })) ?? (isId(orderId) ? await findPayment({ _id: orderId }) : null)
  );
}

async function handleUnknownOrder({ deps, settledBefore, report }: Run, intent: Intent) {
  if (intent.createdAt > settledBefore || intent.status === 'canceled') return;
  const isCaptured = intent.status === 'succeeded';
  const money = isCaptured ? await deps.gateway.readMoney(intent, 'background') : undefined;
  if (isCaptured && (!money || isAllReturned(money))) return;
  if (isCaptured) await deps.gateway.refundUnknown(intent.id);
  report(`PaymentIntent ${intent.status} for an unknown order`, intent.orderId, intent.id);
}

async function compare({ deps, worker, settledBefore, report }: Run, payment: Payment, intent: Intent) {
  const { _id, status, order, since } = payment;
  const isCaptured = intent.status === 'succeeded';
  const isOver = status === 'none' || status === 'voided' || status === 'failed';
  if (isCaptured && isOver && order.status === 'cancelled') {
    const { id, clientSecret, amount, currency } = intent;
    const changed = await decide(
      deps,
      payment,
      { step: 'compensate' },
      { intent: { id, clientSecret, amount, currency } },
    );
    if (changed?.status === 'refunding') worker.enqueue(_id);
    report('money captured for a cancelled order, refunding it', _id, intent.id);
    return;
  }
  if (isBusy(payment) || since > settledBefore || intent.createdAt > settledBefore) return;
  const what = differenceFromStripe(payment, intent);
  if (what) report(what, _id, intent.id);
}

export function startReconciler(deps: Dependencies, worker: Worker): { close(): Promise<void> } {
  const run = () => recordReconciliation(() => reconcile(deps, worker));
  return every(EVERY_MS, () => measureReconciliation(run), { name: 'reconcile payments', log: deps.log });
}
