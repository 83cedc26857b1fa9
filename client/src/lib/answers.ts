import type { ApiResponse } from './http.ts';

const OUTCOME_UNKNOWN =
  'We don’t know yet whether it worked. Check Orders or Your listings before you try again.';
const CANNOT_BE_PAID = 'You can release the ticket; your card can’t help.';

/** What an answer of a service means for a person, by its code. The messages of the services are for programs. */
const SENTENCES: Record<string, string> = {
  not_synchronized: 'One moment, this listing has just arrived.',
  outcome_unknown: OUTCOME_UNKNOWN,
  already_listed: 'You already offer this seat in another listing.',
  amount_too_small: `This price is less than a card can be charged. ${CANNOT_BE_PAID}`,
  amount_too_large: `This price is more than a card can be charged. ${CANNOT_BE_PAID}`,
  currency_unavailable: `Encore can’t take payments in this currency. ${CANNOT_BE_PAID}`,
  payment_refused: `The payment provider refuses this payment for good. ${CANNOT_BE_PAID}`,
};

const FINAL_REFUSALS = new Set([
  'amount_too_small',
  'amount_too_large',
  'currency_unavailable',
  'payment_refused',
]);

/** The sentence for a code, or the message of the service where there is none. */
export function sentenceOf(code: string | undefined, message = 'Something went wrong. Try again.'): string {
  return Object.hasOwn(SENTENCES, code ?? '') ? (SENTENCES[code ?? ''] ?? message) : message;
}

/** Whether Stripe refuses the payment for good: no card and no other attempt helps. */
export function isFinalRefusal(code: string | undefined): boolean {
  return FINAL_REFUSALS.has(code ?? '');
}

const RETRY_MS = 1_500;
const MAX_TRIES = 8;

/** Repeats a request while its service has not yet learned of a listing. `onWaiting` is called before each pause. */
export async function untilSynchronized<T>(
  request: () => Promise<ApiResponse<T>>,
  onWaiting: () => void,
): Promise<ApiResponse<T>> {
  for (let tries = 1; ; tries += 1) {
    const response = await request();
    const isEarly = response.errors.some(({ code }) => code === 'not_synchronized');
    if (!isEarly || tries === MAX_TRIES) return response;
    onWaiting();
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
