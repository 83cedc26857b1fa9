import type { RequestHandler } from 'express';
import type { Config } from '../config.ts';

/** The emulator's test cards, named like Stripe's test tokens. */
const scenarios = [
  { token: 'tok_visa', label: 'Success (4242)' },
  { token: 'tok_chargeDeclinedInsufficientFunds', label: 'Insufficient funds (9995)' },
  { token: 'tok_chargeDeclined', label: 'Generic decline (0002)' },
  { token: 'tok_chargeDeclinedExpiredCard', label: 'Expired card (0069)' },
  { token: 'tok_chargeDeclinedIncorrectCvc', label: 'Wrong CVC (0127)' },
  { token: 'tok_chargeDeclinedProcessingError', label: 'Processing error (0119)' },
  { token: 'tok_threeDSecure2Required', label: '3-D Secure (3220)' },
  { token: 'tok_slowBank', label: 'Slow bank, 8 seconds' },
  { token: 'tok_webhookDelayed', label: 'Webhook delayed, 20 seconds' },
  { token: 'tok_connectionLost', label: 'Connection lost after the charge' },
];

export function showConfig({ apiBase, publishableKey }: Config['stripe']): RequestHandler {
  return (_req, res) => {
    res.setHeader('Cache-Control', 'public, max-age=60');
    res.json({
      provider: apiBase === undefined ? 'stripe' : 'emulator',
      ...(publishableKey && { publishableKey }),
      ...(apiBase !== undefined && { scenarios }),
    });
  };
}
