import { z } from 'zod';
import { invalidRequest } from './errors.ts';
import type { StripeError } from './errors.ts';

interface Refusal {
  message: string;
  code?: string;
}

/** A form carries only text: what it means, unless `refuse` says in Stripe's words why it means nothing. */
function text<T>(convert: (value: string) => T, refuse: (value: string) => Refusal | undefined) {
  return z.string().transform((value, ctx) => {
    const refusal = refuse(value);
    if (!refusal) return convert(value);
    ctx.addIssue({ code: 'custom', message: refusal.message, params: { code: refusal.code } });
    return z.NEVER;
  });
}

function outside(value: string, least: number, most: number): Refusal | undefined {
  const code = 'parameter_invalid_integer';
  if (!/^-?\d{1,15}$/.test(value)) return { message: `Invalid integer: ${value}`, code };
  if (Number(value) < least)
    return { message: `This value must be greater than or equal to ${least}.`, code };
  if (Number(value) > most) return { message: `This value must be less than or equal to ${most}.`, code };
  return undefined;
}

const integer = text(Number, (value) => outside(value, 0, Infinity));
const positive = text(Number, (value) => outside(value, 1, Infinity));
const limit = text(Number, (value) => outside(value, 1, 100));
const boolean = text(
  (value) => value === 'true',
  (value) => (/^(true|false)$/.test(value) ? undefined : { message: `Invalid boolean: ${value}` }),
);
const url = text(String, (value) =>
  URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
    ? undefined
    : { message: 'Not a valid URL', code: 'url_invalid' },
);
const known = new Set(Intl.supportedValuesOf('currency'));
const currency = text(
  (value) => value.toLowerCase(),
  (value) =>
    known.has(value.toUpperCase()) ? undefined : { message: `Invalid currency: ${value.toLowerCase()}` },
);
const metadata = z.union([
  z.record(z.string().max(40), z.string().max(500)),
  z.literal('').transform(() => ({})),
]);
const paymentMethodData = z.looseObject({
  type: z.literal('card'),
  card: z.strictObject({ token: z.string().min(1) }),
});

/** Documented parameters that change nothing here; every other name is refused, as Stripe does. */
const ignored = Object.fromEntries(
  [
    ...[
      'application_fee_amount',
      'automatic_payment_methods',
      'client_secret',
      'confirmation_method',
      'customer',
    ],
    ...[
      'error_on_requires_action',
      'expand',
      'mandate_data',
      'off_session',
      'on_behalf_of',
      'payment_method_options',
    ],
    ...[
      'allowed_payment_method_types',
      'payment_method_types',
      'radar_options',
      'refund_application_fee',
      'reverse_transfer',
      'setup_future_usage',
    ],
    ...['shipping', 'statement_descriptor', 'statement_descriptor_suffix', 'transfer_data', 'transfer_group'],
    ...['use_stripe_sdk', 'final_capture'],
  ].map((name) => [name, z.unknown().optional()]),
);

const paying = {
  ...ignored,
  payment_method: z.string().optional(),
  payment_method_data: paymentMethodData.optional(),
  return_url: url.optional(),
  receipt_email: z.string().optional(),
};

export const createParams = z.strictObject({
  ...paying,
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
export const confirmParams = z.strictObject(paying);
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

export function parse<T extends z.ZodType>(schema: T, raw: unknown): z.output<T> {
  const result = schema.safeParse(raw ?? {});
  if (result.success) return result.data;
  throw asStripeError(result.error, raw);
}

function asStripeError(error: z.ZodError, raw: unknown): StripeError {
  const [issue] = error.issues;
  if (!issue) return invalidRequest('Invalid request');
  const param = nested(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const unknown = nested([...issue.path, issue.keys[0] ?? '']);
    return invalidRequest(`Received unknown parameter: ${unknown}`, {
      code: 'parameter_unknown',
      param: unknown,
    });
  }
  if (at(raw, issue.path) === undefined) {
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

/** `payment_method_data[card][token]`, as Stripe names a parameter. */
function nested([first, ...rest]: PropertyKey[]): string {
  return String(first ?? '') + rest.map((key) => `[${String(key)}]`).join('');
}

function at(raw: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    raw,
  );
}
