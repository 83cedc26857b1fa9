import { noSuch } from './errors.ts';

interface Decline {
  code: string;
  decline_code: string;
  message: string;
  param?: string;
}

/** The behavior of a test card. */
export interface Card {
  brand: string;
  last4: string;
  decline?: Decline;
  /** 3-D Secure: the buyer must approve the payment on the bank page. */
  challenge?: true;
  /** How long the bank takes to authorize. */
  bankDelayMs?: number;
  webhookDelayMs?: number;
  /** A confirm takes effect, but its response is lost, and so is the response to the SDK's own retry. */
  losesResponse?: true;
  captureFailure?: 'authorization kept' | 'intent canceled';
}

const SECOND = 1000;
const visa = { brand: 'visa', last4: '4242' };

function declined(last4: string, declineCode: string, message = 'Your card was declined.'): Card {
  return { brand: 'visa', last4, decline: { code: 'card_declined', decline_code: declineCode, message } };
}

/** A decline with a code of its own instead of `card_declined`. */
function declinedAs(last4: string, code: string, message: string, param?: string): Card {
  return { brand: 'visa', last4, decline: { code, decline_code: code, message, ...(param && { param }) } };
}

/** Keyed by the name after `tok_` or `pm_card_`. Stripe does not have the last five. */
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
  chargeDeclinedExpiredCard: declinedAs('0069', 'expired_card', 'Your card has expired.', 'exp_month'),
  chargeDeclinedIncorrectCvc: declinedAs(
    '0127',
    'incorrect_cvc',
    "Your card's security code is incorrect.",
    'cvc',
  ),
  chargeDeclinedProcessingError: declinedAs(
    '0119',
    'processing_error',
    'An error occurred while processing your card. Try again in a little bit.',
  ),
  threeDSecure2Required: { brand: 'visa', last4: '3220', challenge: true },
  threeDSecureRequired: { brand: 'visa', last4: '3063', challenge: true },
  slowBank: { ...visa, bankDelayMs: 8 * SECOND },
  webhookDelayed: { ...visa, webhookDelayMs: 20 * SECOND },
  connectionLost: { ...visa, losesResponse: true },
  captureFails: { ...visa, captureFailure: 'authorization kept' },
  captureCancels: { ...visa, captureFailure: 'intent canceled' },
};

export function findCard(name: string): Card {
  return Object.hasOwn(cards, name) ? (cards[name] ?? visa) : visa;
}

/** The name of the card in `tok_…` (a token) or `pm_card_…` (a payment method). */
export function parseCardName(id: string, kind: 'token' | 'PaymentMethod', param: string): string {
  const name = /^(?:tok|pm_card)_(.+)$/.exec(id)?.[1] ?? '';
  const known = [name, name.replace(/^visa_/, '')].find((candidate) => Object.hasOwn(cards, candidate));
  if (!known || id.startsWith('tok_') !== (kind === 'token')) throw noSuch(kind, id, param, 400);
  return known;
}
