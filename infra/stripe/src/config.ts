import { readFileSync } from 'node:fs';
import { z } from 'zod';

const environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  STATE_FILE: z.string().min(1),
  STRIPE_KEY: z.string().min(1),
  STRIPE_WEBHOOK_SECRET: z.string().min(1),
  WEBHOOK_URL: z.url({ protocol: /^https?$/ }),
  PUBLIC_ORIGIN: z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin),
});
export type Config = z.output<typeof environment>;

/** Throws with one line for every wrong variable. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const result = environment.safeParse({
    ...env,
    ...fromFiles(env, ['STRIPE_KEY', 'STRIPE_WEBHOOK_SECRET']),
  });
  if (result.success) return result.data;
  const wrong = result.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
  throw new Error(`Wrong environment:\n${wrong.join('\n')}`);
}

function fromFiles(env: NodeJS.ProcessEnv, names: string[]): Record<string, string> {
  const found = names.flatMap((name) => {
    const file = env[`${name}_FILE`];
    return file ? [[name, readFileSync(file, 'utf8').trim()]] : [];
  });
  return Object.fromEntries(found) as Record<string, string>;
}
