import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** The events that the shop's endpoint is subscribed to, as in docs/deploying.md: those that tell it something. */
const shopEvents = [
  'payment_intent.amount_capturable_updated',
  'payment_intent.canceled',
  'payment_intent.payment_failed',
  'payment_intent.requires_action',
  'payment_intent.succeeded',
];

const environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  STATE_FILE: z.string().min(1),
  STRIPE_KEY: z.string().min(1),
  STRIPE_WEBHOOK_SECRET: z.string().min(1),
  WEBHOOK_URL: z.url({ protocol: /^https?$/ }),
  /** Their types with commas, or `*` for all. */
  WEBHOOK_EVENTS: z
    .string()
    .regex(/^(\*|[a-z_.]+(,[a-z_.]+)*)$/, 'must be types of events with commas, or *')
    .default(shopEvents.join(','))
    .transform((types) => types.split(',')),
  PUBLIC_ORIGIN: z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin),
});
export type Config = z.output<typeof environment>;

/** Throws with one line for every wrong variable. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const wrong: string[] = [];
  const result = environment.safeParse({ ...env, ...secretsFromFiles(env, wrong) });
  wrong.push(...(result.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`));
  if (result.success && wrong.length === 0) return result.data;
  throw new Error(`Wrong environment:\n  ${wrong.join('\n  ')}`);
}

function secretsFromFiles(env: NodeJS.ProcessEnv, wrong: string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of ['STRIPE_KEY', 'STRIPE_WEBHOOK_SECRET']) {
    const file = env[`${name}_FILE`];
    try {
      if (file) found[name] = readFileSync(file, 'utf8').trim();
    } catch (error) {
      wrong.push(`${name}_FILE: ${(error as Error).message}`);
    }
  }
  return found;
}
