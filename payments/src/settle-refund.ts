import { areKeysExpired, incrementKey, reload, retryLater, useFreshKey } from './bookkeeping.ts';
import type { AnswerKind, Decision } from './charge.ts';
import type { Dependencies } from './decide.ts';
import { decide } from './decide.ts';
import { updateBookkeeping } from './models/change-payment.ts';
import type { Payment, RefundRequest } from './models/payment.ts';
import type { Money } from './returned-money.ts';
import {
  afterRefund,
  applyMoney,
  isAllReturned,
  needsEvidence,
  refundStatusOf,
  returnedFrom,
} from './returned-money.ts';
import type { Priority } from './stripe.ts';

/** Makes the refund in flight: the last one that the seller requested, or of everything when the order was cancelled. */
export async function refund(
  deps: Dependencies,
  payment: Payment,
  priority: Priority,
): Promise<Payment | undefined> {
  const { intent } = payment;
  if (!intent) throw new Error(`Payment ${payment._id} is refunding without a PaymentIntent`);
  const request = requestOf(payment);
  let current: Payment | undefined = payment;
  if (payment.tries > 0 || areKeysExpired(payment)) {
    const money = await deps.gateway.readMoney(intent, priority);
    if (!money) return retryLater(payment);
    const earlier = refundStatusOf(money, request?.n);
    const decision = earlier === 'none' && !isAllReturned(money) ? 'send' : decideOn(payment, 'ok', money);
    if (!decision) return retryLater(payment);
    if (decision !== 'send' && 'step' in decision) return finish(deps, payment, decision, money);
    // The earlier refund failed at the bank after it was accepted: its key would only replay the acceptance.
    if (decision !== 'send')
      current = await updateBookkeeping(payment, { keys: incrementKey(payment, 'refund') });
  }
  if (!current) return reload(payment);
  const answer = await deps.gateway.refund(current, request, priority);
  deps.crash('after-stripe');
  const kind = answer.kind === 'declined' ? 'refused' : answer.kind;
  const money = kind === 'unknown' ? undefined : await deps.gateway.readMoney(intent, priority);
  const decision = money && decideOn(current, kind, money);
  if (!money || !decision) return retryLater(current);
  return 'note' in decision ? useFreshKey(current, 'refund') : finish(deps, current, decision, money);
}

/** The seller's request in flight; undefined when the shop itself refunds everything. */
function requestOf({ order, refunds }: Payment): RefundRequest | undefined {
  return order.status === 'cancelled' ? undefined : refunds?.at(-1);
}

function decideOn(payment: Payment, answer: AnswerKind, money: Money): Decision {
  const request = requestOf(payment);
  const refund = refundStatusOf(money, request?.n);
  return afterRefund(answer, {
    refund,
    isAllReturned: isAllReturned(money),
    isRequested: request !== undefined,
  });
}

async function finish(
  deps: Dependencies,
  payment: Payment,
  decision: Decision,
  money: Money,
): Promise<Payment | undefined> {
  const returned = returnedFrom(money);
  if (returned.refundedAmount === payment.refundedAmount)
    deps.log.warn({ orderId: payment._id }, 'Stripe refused the refund');
  // The next request of the seller is another call.
  const isEnd = decision && 'step' in decision && decision.step === 'endRefund';
  const keys = isEnd ? incrementKey(payment, 'refund') : payment.keys;
  return decide(deps, payment, decision, { ...returned, keys });
}

/**
 * Reads what happened at Stripe to a captured payment and records it: refunds at the dashboard, refunds that failed
 * later, disputes. Only once the order is complete, because a refund must not overtake its sale.
 * @returns the changed payment, or undefined when nothing changed.
 */
export async function refreshMoney(
  deps: Dependencies,
  payment: Payment,
  priority: Priority,
): Promise<Payment | undefined> {
  const { intent, order, status, refundedAmount, dispute } = payment;
  if (!intent) return undefined;
  const isTooEarly = order.status === 'created' || order.status === 'awaiting:payment';
  const money = isTooEarly ? undefined : await deps.gateway.readMoney(intent, priority);
  if (!money) return retryLater(payment);
  const decision = applyMoney(status, { refundedAmount, dispute }, money);
  if (!decision) {
    if (payment.dueAt) await updateBookkeeping(payment, { dueAt: undefined, tries: 0 });
    return undefined;
  }
  const now = returnedFrom(money);
  const changed = await decide(deps, payment, decision, now);
  if (changed?.version !== payment.version + 1) return changed;
  logReturn(deps, payment, now);
  return changed;
}

function logReturn({ log }: Dependencies, before: Payment, now: ReturnType<typeof returnedFrom>) {
  const orderId = before._id;
  const { refundedAmount, dispute } = now;
  if (refundedAmount < before.refundedAmount)
    log.error({ orderId, refundedAmount, alarm: true }, 'refund failed at the bank, the buyer is not repaid');
  else if (refundedAmount > before.refundedAmount)
    log.warn({ orderId, refundedAmount }, 'money returned to the buyer at Stripe');
  if (dispute && dispute.status !== before.dispute?.status)
    log.warn({ orderId, dispute, alarm: needsEvidence(dispute) }, 'dispute opened or changed');
}
