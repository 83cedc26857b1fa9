import type { StripeError } from './errors.ts';
import { invalidRequest } from './errors.ts';
import type { Intent, IntentStatus } from './objects.ts';
import { toPublic } from './objects.ts';

const allowedStatuses = {
  confirm: ['requires_payment_method', 'requires_confirmation', 'requires_action'],
  capture: ['requires_capture'],
  cancel: [
    'requires_payment_method',
    'requires_capture',
    'requires_confirmation',
    'requires_action',
    'processing',
  ],
} as const satisfies Record<string, IntentStatus[]>;

const wording = {
  confirm: ['You cannot confirm this PaymentIntent because it', 'confirmed'],
  capture: ['This PaymentIntent could not be captured because it', 'captured'],
  cancel: ['You cannot cancel this PaymentIntent because it', 'canceled'],
} as const;

/** Throws Stripe's payment_intent_unexpected_state unless the intent's status allows the operation. */
export function requireStatusFor(operation: keyof typeof allowedStatuses, intent: Intent): void {
  const statuses: readonly IntentStatus[] = allowedStatuses[operation];
  if (statuses.includes(intent.status)) return;
  const [subject, participle] = wording[operation];
  const reason =
    operation === 'capture' && intent.status === 'succeeded'
      ? 'has already been captured.'
      : `has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be ${participle}: ${statuses.join(', ')}.`;
  throw unexpectedState(intent, `${subject} ${reason}`);
}

export function unexpectedState(intent: Intent, message: string): StripeError {
  return invalidRequest(message, {
    code: 'payment_intent_unexpected_state',
    payment_intent: toPublic(intent),
  });
}
