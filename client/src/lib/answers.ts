import { formatTimeLeft } from './time.ts';
import type { FieldError } from './types.ts';

/** Stripe refuses the payment for good: no card and no other attempt helps. */
const FINAL_REFUSALS: Record<string, string> = {
  amount_too_small: 'This price is less than a card can be charged.',
  amount_too_large: 'This price is more than a card can be charged.',
  currency_unavailable: 'Encore can’t take payments in this currency.',
  payment_refused: 'It can’t be paid at all. You can release the ticket.',
};

/** What an answer of a service means for a person, by its code. The messages of the services are for programs. */
const SENTENCES: Record<string, string> = {
  ...FINAL_REFUSALS,
  not_synchronized: 'One moment, this listing has just arrived.',
  outcome_unknown: 'We don’t know yet whether it worked. Check Orders or Your listings before you try again.',
  already_listed: 'You already offer this seat in another listing.',
  rate_limited: 'You, or others on your network, have done this very often.',
  locked_out: 'Too many wrong passwords.',
  card_attempts: 'Too many cards were declined, so no other card can be tried for now.',
};

/** The sentence for a code, or the message of the service where there is none. */
export function sentenceOf(code: string | undefined, message = 'Something went wrong. Try again.'): string {
  return Object.hasOwn(SENTENCES, code ?? '') ? (SENTENCES[code ?? ''] ?? message) : message;
}

const MINUTE_MS = 60_000;
/** The codes of the limits that end at a time. */
const LIMITS = ['rate_limited', 'locked_out', 'card_attempts'];

/** The sentence for an error of a service and, for a limit on requests, when to try again. */
export function messageOf({ code, message, endsAt, serverNow }: FieldError): string {
  const sentence = sentenceOf(code, message);
  if (!LIMITS.includes(code ?? '')) return sentence;
  const leftMs = endsAt && serverNow ? Date.parse(endsAt) - Date.parse(serverNow) : MINUTE_MS;
  const roundedMs = leftMs > MINUTE_MS ? Math.ceil(leftMs / MINUTE_MS) * MINUTE_MS : leftMs;
  return `${sentence} Try again in ${formatTimeLeft(roundedMs)}.`;
}

export function isFinalRefusal(code: string | undefined): boolean {
  return Object.hasOwn(FINAL_REFUSALS, code ?? '');
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
