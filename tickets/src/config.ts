import {
  isCurrency,
  httpEnv,
  mongoEnv,
  natsEnv,
  parseEnv,
  processEnv,
  readPublicKeys,
  sessionEnv,
} from '@ticketing/common';
import { z } from 'zod';

/** The variables that this service reads; the Kubernetes manifests are checked against it. */
export const environment = {
  ...processEnv,
  ...httpEnv,
  ...mongoEnv,
  ...natsEnv,
  ...sessionEnv,
  CURRENCY: z.string().refine(isCurrency, { error: 'must be an ISO 4217 code in lower case' }).default('usd'),
};

/** The environment as this service needs it. Throws EnvironmentError naming every variable that is wrong. */
export function readConfig(env: NodeJS.ProcessEnv) {
  const variables = parseEnv(environment, env);
  return {
    host: variables.HOST,
    port: variables.PORT,
    logLevel: variables.LOG_LEVEL,
    crashAt: variables.CRASH_AT,
    trustProxy: variables.TRUST_PROXY,
    publicOrigins: variables.PUBLIC_ORIGIN,
    mongoUri: variables.MONGO_URI,
    publicKeys: readPublicKeys(variables.JWT_PUBLIC_KEY),
    currency: variables.CURRENCY,
    nats: {
      url: variables.NATS_URL,
      clusterId: variables.NATS_CLUSTER_ID,
      clientId: variables.NATS_CLIENT_ID,
      eventBus: variables.EVENT_BUS,
    },
  };
}
