import type { FieldError } from './types.ts';

/** Stripe refuses the payment for good: no card and no other attempt helps. */
const FINAL_REFUSALS = new Map([
  ['amount_too_small', 'This price is less than a card can be charged.'],
  ['amount_too_large', 'This price is more than a card can be charged.'],
  ['currency_unavailable', 'Encore can’t take payments in this currency.'],
  ['payment_refused', 'It can’t be paid at all. You can release the ticket.'],
]);

/** What an answer of a service means for a person, by its code. The messages of the services are for programs. */
const SENTENCES = new Map([
  ...FINAL_REFUSALS,
  ['not_synchronized', 'One moment, this listing has just arrived.'],
  ['outcome_unknown', 'We don’t know whether it worked. Check Orders or Your listings before you try again.'],
  ['already_listed', 'You already offer this seat in another listing.'],
  ['rate_limited', 'You, or others on your network, did this very often.'],
  ['locked_out', 'Too many wrong passwords.'],
  ['card_attempts', 'Too many cards were declined.'],
]);

/** The sentence for a code, or the message of the service where there is none. */
export function sentenceOf(code = '', message = 'Something went wrong. Try again.'): string {
  return SENTENCES.get(code) ?? message;
}

/** The sentence for an error of a service and, for a limit that ends, when to try again. */
export function messageOf({ code, message, endsAt, serverNow }: FieldError): string {
  const sentence = sentenceOf(code, message);
  if (!endsAt || !serverNow) return sentence;
  const minutes = Math.ceil((Date.parse(endsAt) - Date.parse(serverNow)) / 60_000);
  return `${sentence} Try again in ${minutes} min.`;
}

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
