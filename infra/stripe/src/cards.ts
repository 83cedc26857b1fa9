import { noSuch } from './errors.ts';

interface Decline {
  code: string;
  decline_code: string;
  message: string;
  param?: string;
}

/** What a test card does. */
export interface Card {
  brand: string;
  last4: string;
  decline?: Decline;
  /** 3-D Secure: the buyer must first answer their bank. */
  challenge?: true;
  /** The bank takes this long to answer. */
  bankDelayMs?: number;
  webhookDelayMs?: number;
  /** The answer to a confirm never arrives, not even to the one silent repetition of the SDK. */
  answerLost?: true;
  captureRefused?: 'keeping the hold' | 'canceling';
}

const SECOND = 1000;
const visa = { brand: 'visa', last4: '4242' };

function declined(last4: string, reason: string, message = 'Your card was declined.'): Card {
  return { brand: 'visa', last4, decline: { code: 'card_declined', decline_code: reason, message } };
}

function rejected(last4: string, code: string, message: string, param?: string): Card {
  return { brand: 'visa', last4, decline: { code, decline_code: code, message, ...(param && { param }) } };
}

/** By the name after `tok_` or `pm_card_`. The last five exist only here. */
const cards: Record<string, Card> = {
  visa,
  visa_debit: { brand: 'visa', last4: '5556' },
  mastercard: { brand: 'mastercard', last4: '4444' },
  amex: { brand: 'amex', last4: '8431' },
  chargeDeclined: declined('0002', 'generic_decline'),
  chargeDeclinedInsufficientFunds: declined(
    '9995',
    'insufficient_funds',
    'Your card has insufficient funds.',
  ),
  chargeDeclinedLostCard: declined('9987', 'lost_card'),
  chargeDeclinedStolenCard: declined('9979', 'stolen_card'),
  chargeDeclinedFraudulent: declined('0019', 'fraudulent'),
  chargeDeclinedExpiredCard: rejected('0069', 'expired_card', 'Your card has expired.', 'exp_month'),
  chargeDeclinedIncorrectCvc: rejected(
    '0127',
    'incorrect_cvc',
    "Your card's security code is incorrect.",
    'cvc',
  ),
  chargeDeclinedProcessingError: rejected(
    '0119',
    'processing_error',
    'An error occurred while processing your card. Try again in a little bit.',
  ),
  threeDSecure2Required: { brand: 'visa', last4: '3220', challenge: true },
  threeDSecureRequired: { brand: 'visa', last4: '3063', challenge: true },
  slowBank: { ...visa, bankDelayMs: 8 * SECOND },
  webhookDelayed: { ...visa, webhookDelayMs: 20 * SECOND },
  connectionLost: { ...visa, answerLost: true },
  captureFails: { ...visa, captureRefused: 'keeping the hold' },
  captureCancels: { ...visa, captureRefused: 'canceling' },
};

export function cardNamed(name: string): Card {
  return Object.hasOwn(cards, name) ? (cards[name] ?? visa) : visa;
}

/** The card behind `tok_…` (a token) or `pm_card_…` (a payment method). */
export function cardName(id: string, kind: 'token' | 'PaymentMethod', param: string): string {
  const name = /^(?:tok|pm_card)_(.+)$/.exec(id)?.[1] ?? '';
  const known = [name, name.replace(/^visa_/, '')].find((candidate) => Object.hasOwn(cards, candidate));
  if (!known || id.startsWith('tok_') !== (kind === 'token')) throw noSuch(kind, id, param, 400);
  return known;
}
