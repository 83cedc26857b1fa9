import { messages, type Translate } from '../../i18n/translate.ts';

const REASONS: Record<string, string> = messages({
  insufficient_funds: 'The card was declined: not enough funds',
  expired_card: 'The card was declined: it has expired',
  incorrect_cvc: 'The security code is incorrect',
  invalid_cvc: 'The security code is incorrect',
  incorrect_number: 'The card number is incorrect',
  invalid_number: 'The card number is incorrect',
  card_not_supported: 'This card does not support this kind of purchase',
  currency_not_supported: 'This card does not support this currency',
  processing_error: 'The bank could not process the card',
  authentication_required: 'Your bank did not confirm it was you',
  authentication_failure: 'Your bank did not confirm it was you',
  payment_intent_authentication_failure: 'Your bank did not confirm it was you',
});

const TRY: Record<string, string> = messages({
  incorrect_cvc: 'Check the code and try again, or use another card.',
  invalid_cvc: 'Check the code and try again, or use another card.',
  incorrect_number: 'Check the number and try again, or use another card.',
  invalid_number: 'Check the number and try again, or use another card.',
  processing_error: 'Try again in a moment.',
});

/** A short reason the buyer can act on. Codes that could warn a thief become a plain decline. */
export function declineTitle(t: Translate, code: string | undefined): string {
  return t(REASONS[code ?? ''] ?? 'The card was declined');
}

export function declineAdvice(t: Translate, code: string | undefined): string {
  return t(TRY[code ?? ''] ?? 'Try another card.');
}
