import type { FieldError } from './types.ts';

/** Stripe refuses the payment for good: no card and no other attempt helps. */
const FINAL_REFUSALS = new Set([
  'amount_too_small',
  'amount_too_large',
  'currency_unavailable',
  'payment_refused',
]);

export function isFinalRefusal(code = ''): boolean {
  return FINAL_REFUSALS.has(code);
}

const RETRY_MS = 1_500;
const MAX_TRIES = 8;

/** Repeats a request while its service has not yet learned of a listing. `onWaiting` is called before each pause. */
export async function untilSynchronized<R extends { errors: FieldError[] }>(
  request: () => Promise<R>,
  onWaiting: () => void,
): Promise<R> {
  for (let tries = 1; ; tries += 1) {
    const response = await request();
    const isEarly = response.errors.some(({ code }) => code === 'not_synchronized');
    if (!isEarly || tries === MAX_TRIES) return response;
    onWaiting();
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
