import { refusalCode } from './answer-codes.ts';
import { retryLater } from './bookkeeping.ts';
import type { Dependencies } from './decide.ts';
import { transitionAndPublish } from './decide.ts';
import { updateBookkeeping } from './models/change-payment.ts';
import { closeAttempt } from './models/close-attempt.ts';
import type { Payment } from './models/payment.ts';
import type { Priority } from './stripe.ts';

/** Stripe refuses a PaymentIntent for this order for good, for example because its amount is too small. */
export async function onRefusedIntent(
  deps: Dependencies,
  payment: Payment,
  answer: { message: string; code?: string | undefined; param?: string | undefined },
): Promise<Payment | undefined> {
  const refusal = { code: refusalCode(answer), message: answer.message };
  // Not the message, which can contain the card's token: it is in the payment.
  deps.log.warn({ orderId: payment._id, code: refusal.code }, 'Stripe refused the PaymentIntent');
  const changes = { ...closeAttempt(payment, { is: 'refused' }), refusal, dueAt: undefined };
  if (payment.status === 'pending') return transitionAndPublish(deps, payment, 'decline', changes);
  await updateBookkeeping(payment, changes);
  return undefined;
}

/** Nothing was sent: ends the attempt as unavailable, unless the worker has claimed the payment in the meantime. */
export async function onNotSent(
  deps: Dependencies,
  payment: Payment,
  priority: Priority,
): Promise<Payment | undefined> {
  if (priority === 'background') return retryLater(payment);
  return transitionAndPublish(deps, payment, 'decline', closeAttempt(payment, { is: 'unavailable' }), {
    dueAt: payment.dueAt,
  });
}
