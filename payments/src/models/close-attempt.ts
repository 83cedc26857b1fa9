import type { Answer } from '../stripe.ts';
import type { Intent } from '../stripe-objects.ts';
import type { Changes } from './change-payment.ts';
import type { Outcome, Payment } from './payment.ts';

/** The outcome of an attempt that did not authorize. */
export function outcomeOf(answer: Answer<Intent>, intent: Intent | undefined): Outcome {
  if (answer.kind === 'refused') return { is: 'invalid', message: answer.message };
  const decline = answer.kind === 'declined' ? answer.decline : answer.kind === 'ok' && intent?.decline;
  if (decline) return { is: 'declined', ...decline };
  return { is: 'declined', code: 'processing_error', message: 'The card could not be processed.' };
}

/** Records the outcome of the current attempt. Unless it was a decline, its Idempotency-Key may be used again. */
export function closeAttempt(payment: Payment, outcome: Outcome): Changes {
  const { attempt, attempts, requestKeys } = payment;
  const key = attempts.find(({ n }) => n === attempt)?.key;
  const isKeyFreed = outcome.is !== 'declined';
  const otherKeys = requestKeys?.filter((other) => other !== key);
  return {
    attempts: attempts.map((one) => {
      if (one.n !== attempt) return one;
      const { key: _key, digest: _digest, ...rest } = one;
      return isKeyFreed ? { ...rest, outcome } : { ...one, outcome };
    }),
    ...(isKeyFreed && key && { requestKeys: otherKeys && otherKeys.length > 0 ? otherKeys : undefined }),
  };
}
