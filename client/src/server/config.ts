import 'server-only';
import { z } from 'zod';

const schema = z.object({
  AUTH_URL: z.url({ protocol: /^https?$/ }),
  TICKETS_URL: z.url({ protocol: /^https?$/ }),
  ORDERS_URL: z.url({ protocol: /^https?$/ }),
  PAYMENTS_URL: z.url({ protocol: /^https?$/ }),
  PUBLIC_ORIGIN: z.url({ protocol: /^https?$/ }).optional(),
});

export type Config = {
  auth: string;
  tickets: string;
  orders: string;
  payments: string;
  publicOrigin: string | undefined;
};

let config: Config | undefined;

/** Read at run time, so that one build serves every environment. */
export function readConfig(): Config {
  if (config) return config;
  const parsed = schema.safeParse(process.env);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`Invalid configuration:\n${wrong.join('\n')}`);
  }
  const env = parsed.data;
  config = {
    auth: env.AUTH_URL,
    tickets: env.TICKETS_URL,
    orders: env.ORDERS_URL,
    payments: env.PAYMENTS_URL,
    publicOrigin: env.PUBLIC_ORIGIN,
  };
  return config;
}
