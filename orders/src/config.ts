import {
  httpEnv,
  mongoEnv,
  natsEnv,
  parseEnv,
  processEnv,
  readPublicKeys,
  sessionEnv,
} from '@ticketing/common';
import { z } from 'zod';

const DAY_SECONDS = 24 * 60 * 60;

export const environment = {
  ...processEnv,
  ...httpEnv,
  ...mongoEnv,
  ...natsEnv,
  ...sessionEnv,
  RESERVATION_SECONDS: z.coerce.number().int().min(1).max(DAY_SECONDS).default(900),
};

export type Config = ReturnType<typeof readConfig>;

export function readConfig(env: NodeJS.ProcessEnv) {
  const given = parseEnv(environment, env);
  return {
    host: given.HOST,
    port: given.PORT,
    logLevel: given.LOG_LEVEL,
    crashAt: given.CRASH_AT,
    trustProxy: given.TRUST_PROXY,
    publicOrigins: given.PUBLIC_ORIGIN,
    publicKeys: readPublicKeys(given.JWT_PUBLIC_KEY),
    mongoUri: given.MONGO_URI,
    nats: {
      url: given.NATS_URL,
      clusterId: given.NATS_CLUSTER_ID,
      clientId: given.NATS_CLIENT_ID,
      eventBus: given.EVENT_BUS,
    },
    reservationMs: given.RESERVATION_SECONDS * 1000,
  };
}
