import 'server-only';
import { z } from 'zod';
import type { SecurityContact } from './security-txt.ts';
import { readContacts } from './security-txt.ts';

const contacts = z.string().transform((text, context): string[] => {
  try {
    return readContacts(text);
  } catch {
    context.addIssue({
      code: 'custom',
      message: 'must be addresses such as mailto:security@tickets.example',
    });
    return z.NEVER;
  }
});

const schema = z.object({
  AUTH_URL: z.url({ protocol: /^https?$/ }),
  TICKETS_URL: z.url({ protocol: /^https?$/ }),
  ORDERS_URL: z.url({ protocol: /^https?$/ }),
  PAYMENTS_URL: z.url({ protocol: /^https?$/ }),
  PUBLIC_ORIGIN: z.url({ protocol: /^https?$/ }).optional(),
  SECURITY_CONTACT: contacts.optional(),
  SECURITY_EXPIRES: z.iso.datetime({ offset: true }).optional(),
  CONTACT: contacts.optional(),
  IMPRINT: z.string().max(5_000).optional(),
});

export type Config = {
  auth: string;
  tickets: string;
  orders: string;
  payments: string;
  publicOrigin: string | undefined;
  securityContact: SecurityContact | undefined;
  /** Where customers reach the shop: `mailto:`, `https:` and `tel:` addresses. */
  contacts: string[] | undefined;
  /** Who runs the shop; each line is a line of the page. */
  imprint: string | undefined;
};

let config: Config | undefined;

/** Read at run time, so that one build serves every environment. */
export function readConfig(): Config {
  if (config) return config;
  const given = Object.fromEntries(Object.entries(process.env).filter(([, text]) => text !== ''));
  const parsed = schema.safeParse(given);
  const wrong = (parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  if (!given['SECURITY_CONTACT'] !== !given['SECURITY_EXPIRES'])
    wrong.push('SECURITY_CONTACT: needs SECURITY_EXPIRES, and the other way round');
  if (!parsed.success || wrong.length > 0) throw new Error(`Invalid configuration:\n${wrong.join('\n')}`);
  const env = parsed.data;
  const { SECURITY_CONTACT, SECURITY_EXPIRES } = env;
  config = {
    auth: env.AUTH_URL,
    tickets: env.TICKETS_URL,
    orders: env.ORDERS_URL,
    payments: env.PAYMENTS_URL,
    publicOrigin: env.PUBLIC_ORIGIN,
    securityContact:
      SECURITY_CONTACT && SECURITY_EXPIRES
        ? { contacts: SECURITY_CONTACT, expires: new Date(SECURITY_EXPIRES) }
        : undefined,
    contacts: env.CONTACT,
    imprint: env.IMPRINT,
  };
  return config;
}
