import { z } from 'zod';
import { isCurrency, parseEnv, serviceConfig, serviceEnv } from '@ticketing/common';

export const environment = {
  ...serviceEnv,
  CURRENCY: z
    .string()
    .refine(isCurrency, { error: 'must be the ISO 4217 code of a supported currency in lower case' })
    .default('usd'),
};

export type Config = ReturnType<typeof readConfig>;

export function readConfig(env: NodeJS.ProcessEnv) {
  const given = parseEnv(environment, env);
  return { ...serviceConfig(given), currency: given.CURRENCY };
}
