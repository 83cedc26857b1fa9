import { z } from 'zod';
import type { StripeError } from './errors.ts';
import { invalidRequest } from './errors.ts';
import { boolean, currency, integer, limit, metadata, positive, url } from './form-fields.ts';

const paymentMethodData = z.looseObject({
  type: z.literal('card'),
  card: z.strictObject({ token: z.string().min(1) }),
});

/** Documented parameters without effect here. As at Stripe, every other unknown name is an error. */
const ignoredNames = [
  'allowed_payment_method_types',
  'application_fee_amount',
  'automatic_payment_methods',
  'client_secret',
  'confirmation_method',
  'customer',
  'error_on_requires_action',
  'expand',
  'final_capture',
  'mandate_data',
  'off_session',
  'on_behalf_of',
  'payment_method_options',
  'payment_method_types',
  'radar_options',
  'refund_application_fee',
  'reverse_transfer',
  'setup_future_usage',
  'shipping',
  'statement_descriptor',
  'statement_descriptor_suffix',
  'transfer_data',
  'transfer_group',
  'use_stripe_sdk',
];
const ignored = Object.fromEntries(ignoredNames.map((name) => [name, z.unknown().optional()]));

const paymentParams = {
  ...ignored,
  payment_method: z.string().optional(),
  payment_method_data: paymentMethodData.optional(),
  return_url: url.optional(),
  receipt_email: z.string().optional(),
};

export const createParams = z.strictObject({
  ...paymentParams,
  amount: positive,
  currency,
  capture_method: z.enum(['automatic', 'automatic_async', 'manual']).default('automatic_async'),
  confirm: boolean.default(false),
  description: z.string().optional(),
  metadata: metadata.default({}),
});
export const updateParams = z.strictObject({
  ...ignored,
  description: z.string().optional(),
  metadata: metadata.optional(),
  receipt_email: z.string().optional(),
});
export const confirmParams = z.strictObject(paymentParams);
export const captureParams = z.strictObject({
  ...ignored,
  amount_to_capture: positive.optional(),
  metadata: metadata.optional(),
});
export const cancelParams = z.strictObject({
  ...ignored,
  cancellation_reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer', 'abandoned']).optional(),
});
export const refundParams = z.strictObject({
  ...ignored,
  amount: positive.optional(),
  charge: z.string().optional(),
  metadata: metadata.default({}),
  payment_intent: z.string().optional(),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
});

const range = z.union([
  integer.transform((at) => ({ gte: at, lte: at })),
  z.strictObject({
    gt: integer.optional(),
    gte: integer.optional(),
    lt: integer.optional(),
    lte: integer.optional(),
  }),
]);
export const listParams = z.looseObject({
  created: range.optional(),
  ending_before: z.string().optional(),
  limit: limit.default(10),
  starting_after: z.string().optional(),
});
export const refundListParams = listParams.extend({
  charge: z.string().optional(),
  payment_intent: z.string().optional(),
});
export const eventListParams = listParams.extend({
  type: z.string().optional(),
  types: z.array(z.string()).optional(),
});
export const searchParams = z.looseObject({ limit: limit.default(10), query: z.string() });

/** Throws Stripe's error for the first invalid parameter. */
export function parse<T extends z.ZodType>(schema: T, raw: unknown): z.output<T> {
  const result = schema.safeParse(raw ?? {});
  if (result.success) return result.data;
  throw asStripeError(result.error, raw);
}

function asStripeError(error: z.ZodError, raw: unknown): StripeError {
  const [issue] = error.issues;
  if (!issue) return invalidRequest('Invalid request');
  const param = paramName(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const unknown = paramName([...issue.path, issue.keys[0] ?? '']);
    return invalidRequest(`Received unknown parameter: ${unknown}`, {
      code: 'parameter_unknown',
      param: unknown,
    });
  }
  if (valueAt(raw, issue.path) === undefined) {
    return invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
  }
  if (issue.code === 'custom') {
    const code = issue.params?.['code'] as string | undefined;
    return invalidRequest(issue.message, code ? { code, param } : { param });
  }
  if (issue.code === 'invalid_value') {
    return invalidRequest(`Invalid ${param}: must be one of ${issue.values.join(', ')}`, { param });
  }
  return invalidRequest(`Invalid value for ${param}`, { param });
}

/** Stripe's notation for nested parameters: `payment_method_data[card][token]`. */
function paramName([first, ...rest]: PropertyKey[]): string {
  return String(first ?? '') + rest.map((key) => `[${String(key)}]`).join('');
}

function valueAt(raw: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    raw,
  );
}
