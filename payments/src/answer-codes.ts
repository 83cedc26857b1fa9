export type RefusalCode =
  'amount_too_small' | 'amount_too_large' | 'currency_unavailable' | 'payment_refused';

/** The code of the answer to a buyer whose payment Stripe refuses for good. */
export function refusalCode({
  code,
  param,
}: {
  code?: string | undefined;
  param?: string | undefined;
}): RefusalCode {
  if (code === 'amount_too_small' || code === 'amount_too_large') return code;
  return param === 'currency' ? 'currency_unavailable' : 'payment_refused';
}
/** Decline codes that are not shown: a thief must not learn that the card is reported. */
const hiddenCodes = new Set(['lost_card', 'stolen_card', 'fraudulent', 'pickup_card']);

export function publicDeclineCode(code: string): string {
  return hiddenCodes.has(code) ? 'generic_decline' : code;
}
