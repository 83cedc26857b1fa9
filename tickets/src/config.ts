import { isCurrency, parseEnv, serviceConfig, serviceEnv } from '@ticketing/common';
import { z } from 'zod';

/** The variables that this service reads; the Kubernetes manifests are checked against it. */
export const environment = {
  ...serviceEnv,
  CURRENCY: z.string().refine(isCurrency, { error: 'must be an ISO 4217 code in lower case' }).default('usd'),
};

export type Config = ReturnType<typeof readConfig>;

/** The environment as this service needs it. Throws EnvironmentError naming every variable that is wrong. */
export function readConfig(env: NodeJS.ProcessEnv) {
  const variables = parseEnv(environment, env);
  return { ...serviceConfig(variables), currency: variables.CURRENCY };
}
