import type { Crash, Logger, Outbox } from '@ticketing/common';
import {
  afterCancel,
  afterCapture,
  afterConfirm,
  afterRefund,
  applyIntent,
  isInDoubt,
  reactToOrder,
} from './charge.ts';
import type { Decision, Step, VoidReason } from './charge.ts';
import { paymentEvent, chargeOf, findPayment, move, note } from './models/payment.ts';
import type { Outcome, Payment, StoredIntent } from './models/payment.ts';
import type { Answer, Intent, Pace, Till } from './stripe.ts';

/** What it takes to move money. */
export type Desk = { till: Till; outbox: Outbox; log: Logger; crash: Crash };

const SECOND = 1_000;
/** Stripe forgets idempotency keys after 24 h at the earliest. */
const KEYS_LAST_MS = 20 * 60 * 60 * SECOND;
const busy = new Set(['pending', 'capturing', 'voiding', 'refunding']);

/** Whether something at Stripe is under way or owed. */
export function isBusy({ status }: Payment): boolean {
  return busy.has(status);
}

/**
 * Does what the document says is to be done, as far as that goes now. Safe to run twice, in two processes at once, or
 * again after a crash anywhere: each call repeats its key, each result is written by compare-and-set.
 */
export async function settle(desk: Desk, from: Payment, pace: Pace): Promise<void> {
  let payment = await turn(desk, from, pace);
  while (payment && isBusy(payment)) payment = await turn(desk, payment, pace);
}

/** One move. @returns the payment to go on with, or undefined when there is nothing to do but wait. */
async function turn(desk: Desk, payment: Payment, pace: Pace): Promise<Payment | undefined> {
  const reaction = reactToOrder(payment.order.status, chargeOf(payment));
  if (reaction) return decide(desk, payment, reaction);
  switch (payment.status) {
    case 'open':
      return payment.intent ? look(desk, payment, payment.intent, pace) : create(desk, payment, pace);
    case 'pending':
      return confirm(desk, payment, pace);
    case 'requires_action':
      return payment.intent && look(desk, payment, payment.intent, pace);
    case 'authorized':
      desk.outbox.republish(payment, paymentEvent(payment)); // its answer, awaiting:payment, is overdue
      await note(payment, { dueAt: after(10 * SECOND) });
      return undefined;
    case 'capturing':
      return capture(desk, payment, pace);
    case 'voiding':
      return cancel(desk, payment, pace);
    case 'refunding':
      return refund(desk, payment, pace);
    case 'none':
    case 'captured':
    case 'voided':
    case 'failed':
    case 'refunded':
      return undefined;
  }
}

async function create(desk: Desk, payment: Payment, pace: Pace): Promise<Payment | undefined> {
  const began = payment.attempts[0]?.at ?? payment.since;
  let found = isOld(payment) ? await desk.till.find(payment._id, began, pace) : null;
  if (found === null) {
    const answer = await desk.till.create(payment, pace);
    desk.crash('after-stripe');
    if (answer.kind === 'unknown' && answer.isUnsent && payment.status === 'pending')
      return unsent(desk, payment, pace);
    if (answer.kind === 'refused') return refused(desk, payment, answer.message);
    if (answer.kind === 'failed') found = await desk.till.find(payment._id, began, pace);
    else found = answer.kind === 'ok' ? answer.value : undefined;
    if (found === null) return freshKey(payment, 'create');
  }
  return found ? keepIntent(payment, found) : waitBusy(payment);
}

/** Stripe will have no PaymentIntent for this order at all, for example because its amount is too small. */
async function refused(desk: Desk, payment: Payment, message: string): Promise<Payment | undefined> {
  desk.log.warn({ orderId: payment._id, message }, 'Stripe refused the PaymentIntent');
  const changes = declined(payment, { is: 'refused', message });
  if (payment.status === 'pending') return give(desk, payment, 'decline', changes);
  await note(payment, changes);
  return waitBusy(payment);
}

async function confirm(desk: Desk, payment: Payment, pace: Pace): Promise<Payment | undefined> {
  if (payment.cancelRequested || payment.order.status !== 'created')
    return give(desk, payment, 'startVoid', { reason: 'voided' });
  if (!payment.intent) return create(desk, payment, pace);
  const answer: Answer<Intent> = isOld(payment) ? { kind: 'failed' } : await desk.till.confirm(payment, pace);
  desk.crash('after-stripe');
  if (answer.kind === 'unknown' && answer.isUnsent) return unsent(desk, payment, pace);
  const intent = await intentAfter(desk, payment.intent, answer, pace);
  const decision = afterConfirm(chargeOf(payment), answer.kind, intent?.status);
  const changes =
    decision && 'step' in decision && decision.step === 'decline'
      ? declined(payment, outcomeOf(answer, intent))
      : intent && { intent: stored(intent) };
  return decision ? decide(desk, payment, decision, changes) : waitBusy(payment);
}

async function capture(desk: Desk, payment: Payment, pace: Pace): Promise<Payment | undefined> {
  return onIntent(desk, payment, pace, 'capture', afterCapture);
}

async function cancel(desk: Desk, payment: Payment, pace: Pace): Promise<Payment | undefined> {
  if (payment.intent) return onIntent(desk, payment, pace, 'cancel', afterCancel);
  // Without a stored id nobody was ever given the secret and nothing was confirmed: no money can have moved.
  const found = await desk.till.find(payment._id, payment.attempts[0]?.at ?? payment.since, pace);
  if (found) return keepIntent(payment, found);
  return found === null
    ? decide(desk, payment, applyIntent(chargeOf(payment), 'canceled'))
    : waitBusy(payment);
}

/** Captures or cancels. */
async function onIntent(
  desk: Desk,
  payment: Payment,
  pace: Pace,
  call: 'capture' | 'cancel',
  decideAfter: typeof afterCapture,
): Promise<Payment | undefined> {
  if (!payment.intent) throw new Error(`Payment ${payment._id} is ${payment.status} without a PaymentIntent`);
  if (isOld(payment)) {
    const intent = await desk.till.retrieve(payment.intent.id, pace);
    const decision = intent && applyIntent(chargeOf(payment), intent.status);
    if (decision) return decide(desk, payment, decision);
    if (!intent) return waitBusy(payment);
  }
  const answer = await desk.till[call](payment, pace);
  desk.crash('after-stripe');
  const kind = answer.kind === 'declined' ? 'refused' : answer.kind;
  const intent = await intentAfter(desk, payment.intent, { ...answer, kind } as Answer<Intent>, pace);
  const decision = decideAfter(chargeOf(payment), kind, intent?.status);
  if (decision && 'note' in decision) return freshKey(payment, call);
  return decision ? decide(desk, payment, decision) : waitBusy(payment);
}

async function refund(desk: Desk, payment: Payment, pace: Pace): Promise<Payment | undefined> {
  if (!payment.intent) throw new Error(`Payment ${payment._id} is refunding without a PaymentIntent`);
  const { id, amount } = payment.intent;
  const known = payment.tries > 0 || isOld(payment) ? await desk.till.refunded(id, pace) : undefined;
  const before = known && known !== 'none' ? afterRefund('ok', known) : undefined;
  if (before && 'step' in before) return decide(desk, payment, before, { refundedAmount: amount });
  if (known === 'pending' || known === 'requires_action') return waitBusy(payment);
  // One that failed at the bank later: its key would only replay how it began.
  const asked = before ? await note(payment, { keys: raised(payment, 'refund') }) : payment;
  if (!asked) return reload(payment);
  const answer = await desk.till.refund(asked, pace);
  desk.crash('after-stripe');
  const kind = answer.kind === 'declined' ? 'refused' : answer.kind;
  const given = answer.kind === 'ok' ? answer.value : undefined;
  const decision = afterRefund(kind, isInDoubt(kind) ? await desk.till.refunded(id, pace) : given);
  if (!decision) return waitBusy(asked);
  return 'note' in decision
    ? freshKey(asked, 'refund')
    : decide(desk, asked, decision, { refundedAmount: amount });
}

/** Retrieves the PaymentIntent: the buyer, the bank or the dashboard may have changed it without us. */
async function look(
  desk: Desk,
  payment: Payment,
  { id }: StoredIntent,
  pace: Pace,
): Promise<Payment | undefined> {
  const intent = await desk.till.retrieve(id, pace);
  const decision = intent && applyIntent(chargeOf(payment), intent.status);
  if (!decision) {
    const dueAt = after(Math.min(15 * SECOND, 5 * SECOND * 1.5 ** payment.tries));
    await note(payment, { lookedAt: new Date(), tries: payment.tries + 1, dueAt });
    return undefined;
  }
  const isDecline = 'step' in decision && decision.step === 'decline';
  return decide(desk, payment, decision, {
    lookedAt: new Date(),
    ...(isDecline
      ? declined(payment, outcomeOf({ kind: 'ok', value: intent }, intent))
      : { intent: stored(intent) }),
  });
}

type Changes = NonNullable<Parameters<typeof move>[2]>;

/** Writes what was decided. @returns the payment as it is then, whoever wrote it. */
export async function decide(
  desk: Desk,
  payment: Payment,
  decision: Decision,
  changes: Changes = {},
): Promise<Payment | undefined> {
  if (!decision) return undefined;
  if ('step' in decision) {
    const { step, reason } = decision;
    if (reason === 'amount_mismatch' || (payment.status === 'voiding' && step === 'startRefund'))
      desk.log.error({ orderId: payment._id, step, reason, alarm: true }, 'money is not as the order says');
    return give(desk, payment, step, { ...changes, ...(reason && { reason }) });
  }
  const noted = decision.note === 'cancelRequested' && (await note(payment, { cancelRequested: true }));
  return noted || reload(payment);
}

async function give(
  desk: Desk,
  payment: Payment,
  step: Step,
  changes: Changes & { reason?: VoidReason | undefined } = {},
  guard: Record<string, unknown> = {},
): Promise<Payment | undefined> {
  const moved = await move(payment, step, changes, guard);
  if (!moved) return reload(payment);
  desk.log.info({ orderId: payment._id, from: payment.status, to: moved.status }, 'payment moved');
  desk.outbox.flush(moved);
  return moved;
}

async function reload({ _id }: Payment): Promise<Payment | undefined> {
  return (await findPayment({ _id })) ?? undefined;
}

async function keepIntent(payment: Payment, intent: Intent): Promise<Payment | undefined> {
  return (await note(payment, { intent: stored(intent) })) ?? reload(payment);
}

/** Nothing was sent, so the attempt is as if it had not been; unless somebody else has taken it up meanwhile. */
async function unsent(desk: Desk, payment: Payment, pace: Pace): Promise<Payment | undefined> {
  if (pace === 'patient') return waitBusy(payment);
  return give(desk, payment, 'decline', declined(payment, { is: 'unavailable' }), { dueAt: payment.dueAt });
}

async function freshKey(payment: Payment, which: keyof Payment['keys']): Promise<Payment | undefined> {
  const keys = raised(payment, which);
  const noted = await note(payment, { keys, tries: payment.tries + 1, dueAt: after(backoffMs(payment)) });
  return payment.tries === 0 ? (noted ?? reload(payment)) : undefined;
}

function raised({ keys }: Payment, which: keyof Payment['keys']): Payment['keys'] {
  return { ...keys, [which]: keys[which] + 1 };
}

async function waitBusy(payment: Payment): Promise<undefined> {
  await note(payment, { tries: payment.tries + 1, dueAt: after(backoffMs(payment)) });
}

function backoffMs({ tries }: Payment): number {
  return Math.min(10 * SECOND, SECOND * 2 ** tries);
}

function after(ms: number): Date {
  return new Date(Date.now() + ms);
}

function isOld({ since }: Payment): boolean {
  return Date.now() - since.getTime() > KEYS_LAST_MS;
}

async function intentAfter(
  desk: Desk,
  { id }: StoredIntent,
  answer: Answer<Intent>,
  pace: Pace,
): Promise<Intent | undefined> {
  if (answer.kind === 'ok') return answer.value;
  return isInDoubt(answer.kind) ? desk.till.retrieve(id, pace) : undefined;
}

function stored({ id, clientSecret, amount, currency, nextActionUrl }: Intent): StoredIntent {
  return { id, clientSecret, amount, currency, ...(nextActionUrl && { nextActionUrl }) };
}

function outcomeOf(answer: Answer<Intent>, intent: Intent | undefined): Outcome {
  if (answer.kind === 'refused') return { is: 'invalid', message: answer.message };
  const decline = answer.kind === 'declined' ? answer.decline : answer.kind === 'ok' && intent?.decline;
  if (decline) return { is: 'declined', ...decline };
  return { is: 'declined', code: 'processing_error', message: 'The card could not be processed.' };
}

/** Closes the attempt. One that came to nothing leaves its Idempotency-Key free. */
function declined(payment: Payment, outcome: Outcome): Changes {
  const { attempt, attempts, requestKeys } = payment;
  const key = attempts.find(({ n }) => n === attempt)?.key;
  const isForgotten = outcome.is !== 'declined';
  const left = requestKeys?.filter((other) => other !== key);
  return {
    attempts: attempts.map((one) => {
      if (one.n !== attempt) return one;
      const { key: _key, digest: _digest, ...rest } = one;
      return isForgotten ? { ...rest, outcome } : { ...one, outcome };
    }),
    ...(isForgotten && key && { requestKeys: left && left.length > 0 ? left : undefined }),
  };
}
