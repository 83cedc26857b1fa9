import { readFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * The events that the shop handles; docs/deploying.md subscribes its endpoint at Stripe to the same ones. A capture is not among
 * them (decision 48).
 */
const shopEvents = [
  'charge.refunded',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.closed',
  'refund.updated',
  'refund.failed',
  'payment_intent.amount_capturable_updated',
  'payment_intent.canceled',
  'payment_intent.payment_failed',
  'payment_intent.requires_action',
];

const environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  STATE_FILE: z.string().min(1),
  STRIPE_KEY: z.string().min(1),
  STRIPE_WEBHOOK_SECRET: z.string().min(1),
  WEBHOOK_URL: z.url({ protocol: /^https?$/ }),
  /** Comma-separated event types, or `*` for all. */
  WEBHOOK_EVENTS: z
    .string()
    .regex(/^(\*|[a-z_.]+(,[a-z_.]+)*)$/, 'must be comma-separated event types or *')
    .default(shopEvents.join(','))
    .transform((types) => types.split(',')),
  PUBLIC_ORIGIN: z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin),
});
export type Config = z.output<typeof environment>;

/** Throws one error with a line for each invalid variable. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const problems: string[] = [];
  const result = environment.safeParse({ ...env, ...readSecretFiles(env, problems) });
  problems.push(...(result.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`));
  if (result.success && problems.length === 0) return result.data;
  throw new Error(`Invalid configuration:\n  ${problems.join('\n  ')}`);
}

function readSecretFiles(env: NodeJS.ProcessEnv, problems: string[]): Record<string, string> {
  const secrets: Record<string, string> = {};
  for (const name of ['STRIPE_KEY', 'STRIPE_WEBHOOK_SECRET']) {
    const file = env[`${name}_FILE`];
    try {
      if (file) secrets[name] = readFileSync(file, 'utf8').trim();
    } catch (error) {
      problems.push(`${name}_FILE: ${(error as Error).message}`);
    }
  }
  return secrets;
}
