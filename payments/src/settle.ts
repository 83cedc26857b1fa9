import {
  areKeysExpired,
  fromNow,
  isBusy,
  retryLater,
  storeIntent,
  toStoredIntent,
  useFreshKey,
} from './bookkeeping.ts';
import { afterCancel, afterCapture, afterConfirm, applyIntent, isInDoubt, reactToOrder } from './charge.ts';
import type { Dependencies } from './decide.ts';
import { decide, transitionAndPublish } from './decide.ts';
import { onNotSent, onRefusedIntent } from './end-attempt.ts';
import { updateBookkeeping } from './models/change-payment.ts';
import { closeAttempt, outcomeOf } from './models/close-attempt.ts';
import type { Payment, StoredIntent } from './models/payment.ts';
import { chargeOf } from './models/payment.ts';
import { paymentEvent } from './models/payment-event.ts';
import { refreshMoney, refund } from './settle-refund.ts';
import type { Answer, Priority } from './stripe.ts';
import type { Intent } from './stripe-objects.ts';

const SECOND = 1_000;
/**
 * Performs the calls to Stripe that the payment's status requires, until none is left or one has to wait. Safe to run
 * twice, in two processes at once, or again after a crash at any point: a repeated call carries the same idempotency
 * key, and each result is written by compare-and-set.
 * @returns the payment as it was written last, or undefined when it has to wait.
 */
export async function settle(
  deps: Dependencies,
  from: Payment,
  priority: Priority,
): Promise<Payment | undefined> {
  let payment = await step(deps, from, priority);
  while (payment && isBusy(payment)) payment = await step(deps, payment, priority);
  return payment;
}

/** One step. @returns the payment to continue with, or undefined when it has to wait. */
async function step(deps: Dependencies, payment: Payment, priority: Priority): Promise<Payment | undefined> {
  const reaction = reactToOrder(payment.order.status, chargeOf(payment));
  if (reaction) return decide(deps, payment, reaction);
  switch (payment.status) {
    case 'open':
      if (payment.refusal) return undefined;
      return payment.intent
        ? refreshIntent(deps, payment, payment.intent, priority)
        : create(deps, payment, priority);
    case 'pending':
      return confirm(deps, payment, priority);
    case 'requires_action':
      return payment.intent && refreshIntent(deps, payment, payment.intent, priority);
    case 'authorized':
      deps.outbox.republish(payment, paymentEvent(payment)); // orders has not answered with awaiting:payment in time
      await updateBookkeeping(payment, { dueAt: fromNow(10 * SECOND) });
      return undefined;
    case 'capturing':
      return capture(deps, payment, priority);
    case 'voiding':
      return cancel(deps, payment, priority);
    case 'refunding':
      return refund(deps, payment, priority);
    case 'captured':
    case 'refunded':
      return refreshMoney(deps, payment, priority);
    case 'none':
    case 'voided':
    case 'failed':
      return undefined;
  }
}

async function create(
  deps: Dependencies,
  payment: Payment,
  priority: Priority,
): Promise<Payment | undefined> {
  const startedAt = payment.attempts[0]?.at ?? payment.since;
  let found = areKeysExpired(payment) ? await deps.gateway.find(payment._id, startedAt, priority) : null;
  if (found === null) {
    const answer = await deps.gateway.create(payment, priority);
    deps.crash('after-stripe');
    if (answer.kind === 'unknown' && answer.notSent && payment.status === 'pending')
      return onNotSent(deps, payment, priority);
    if (answer.kind === 'refused') return onRefusedIntent(deps, payment, answer);
    if (answer.kind === 'failed') found = await deps.gateway.find(payment._id, startedAt, priority);
    else found = answer.kind === 'ok' ? answer.value : undefined;
    if (found === null) return useFreshKey(payment, 'create');
  }
  return found ? storeIntent(payment, found) : retryLater(payment);
}

async function confirm(
  deps: Dependencies,
  payment: Payment,
  priority: Priority,
): Promise<Payment | undefined> {
  if (payment.cancelRequested || payment.order.status !== 'created')
    return transitionAndPublish(deps, payment, 'startVoid', { reason: 'voided' });
  if (!payment.intent) return create(deps, payment, priority);
  const answer: Answer<Intent> = areKeysExpired(payment)
    ? { kind: 'failed' }
    : await deps.gateway.confirm(payment, priority);
  deps.crash('after-stripe');
  if (answer.kind === 'unknown' && answer.notSent) return onNotSent(deps, payment, priority);
  const intent = await intentAfterAnswer(deps, payment.intent, answer, priority);
  const decision = afterConfirm(chargeOf(payment), answer.kind, intent?.status);
  const changes =
    decision && 'step' in decision && decision.step === 'decline'
      ? closeAttempt(payment, outcomeOf(answer, intent))
      : intent && { intent: toStoredIntent(intent) };
  return decision ? decide(deps, payment, decision, changes) : retryLater(payment);
}

async function capture(
  deps: Dependencies,
  payment: Payment,
  priority: Priority,
): Promise<Payment | undefined> {
  return callIntent(deps, payment, priority, 'capture', afterCapture);
}

async function cancel(
  deps: Dependencies,
  payment: Payment,
  priority: Priority,
): Promise<Payment | undefined> {
  if (payment.intent) return callIntent(deps, payment, priority, 'cancel', afterCancel);
  // Without a stored id the buyer never received the client secret and nothing was confirmed: no money can have moved.
  const found = await deps.gateway.find(payment._id, payment.attempts[0]?.at ?? payment.since, priority);
  if (found) return storeIntent(payment, found);
  return found === null
    ? decide(deps, payment, applyIntent(chargeOf(payment), 'canceled'))
    : retryLater(payment);
}

/** Captures or cancels the PaymentIntent. */
async function callIntent(
  deps: Dependencies,
  payment: Payment,
  priority: Priority,
  call: 'capture' | 'cancel',
  decideAfter: typeof afterCapture,
): Promise<Payment | undefined> {
  if (!payment.intent) throw new Error(`Payment ${payment._id} is ${payment.status} without a PaymentIntent`);
  if (areKeysExpired(payment)) {
    const intent = await deps.gateway.retrieve(payment.intent.id, priority);
    const decision = intent && applyIntent(chargeOf(payment), intent.status);
    if (decision) return decide(deps, payment, decision);
    if (!intent) return retryLater(payment);
  }
  const answer = await deps.gateway[call](payment, priority);
  deps.crash('after-stripe');
  const kind = answer.kind === 'declined' ? 'refused' : answer.kind;
  const intent = await intentAfterAnswer(
    deps,
    payment.intent,
    { ...answer, kind } as Answer<Intent>,
    priority,
  );
  const decision = decideAfter(chargeOf(payment), kind, intent?.status);
  if (decision && 'note' in decision) return useFreshKey(payment, call);
  return decision ? decide(deps, payment, decision) : retryLater(payment);
}

/** Retrieves the PaymentIntent: the buyer, the bank or someone at the Stripe dashboard may have changed it. */
async function refreshIntent(
  deps: Dependencies,
  payment: Payment,
  { id }: StoredIntent,
  priority: Priority,
): Promise<Payment | undefined> {
  const intent = await deps.gateway.retrieve(id, priority);
  const decision = intent && applyIntent(chargeOf(payment), intent.status);
  if (!decision) {
    const dueAt = fromNow(Math.min(15 * SECOND, 5 * SECOND * 1.5 ** payment.tries));
    await updateBookkeeping(payment, { lookedAt: new Date(), tries: payment.tries + 1, dueAt });
    return undefined;
  }
  const isDecline = 'step' in decision && decision.step === 'decline';
  return decide(deps, payment, decision, {
    lookedAt: new Date(),
    ...(isDecline
      ? closeAttempt(payment, outcomeOf({ kind: 'ok', value: intent }, intent))
      : { intent: toStoredIntent(intent) }),
  });
}

async function intentAfterAnswer(
  deps: Dependencies,
  { id }: StoredIntent,
  answer: Answer<Intent>,
  priority: Priority,
): Promise<Intent | undefined> {
  if (answer.kind === 'ok') return answer.value;
  return isInDoubt(answer.kind) ? deps.gateway.retrieve(id, priority) : undefined;
}
