import { z } from 'zod';
import { envLimit, isCurrency, parseEnv, serviceConfig, serviceEnv } from '@ticketing/common';
import { limits } from './limits.ts';

export const environment = {
  ...serviceEnv,
  CURRENCY: z
    .string()
    .refine(isCurrency, { error: 'must be the ISO 4217 code of a supported currency in lower case' })
    .default('usd'),
  LIMIT_LISTINGS: envLimit(limits.listings),
  LIMIT_EDITS: envLimit(limits.edits),
  LIMIT_REPORTS: envLimit(limits.reports),
  LIMIT_SEARCHES: envLimit(limits.searches),
};

export type Config = ReturnType<typeof readConfig>;

export function readConfig(env: NodeJS.ProcessEnv) {
  const given = parseEnv(environment, env);
  return {
    ...serviceConfig(given),
    currency: given.CURRENCY,
    rates: {
      listings: given.LIMIT_LISTINGS,
      edits: given.LIMIT_EDITS,
      reports: given.LIMIT_REPORTS,
      searches: given.LIMIT_SEARCHES,
    },
  };
}
