import { z } from 'zod';
import { isCurrency, parseEnv, serviceConfig, serviceEnv } from '@ticketing/common';

export const environment = {
  ...serviceEnv,
  CURRENCY: z.string().refine(isCurrency, { error: 'must be an ISO 4217 code in lower case' }).default('usd'),
};

export type Config = ReturnType<typeof readConfig>;

export function readConfig(env: NodeJS.ProcessEnv) {
  const given = parseEnv(environment, env);
  return { ...serviceConfig(given), currency: given.CURRENCY };
}
