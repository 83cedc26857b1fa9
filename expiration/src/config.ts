import { EnvironmentError, natsEnv, parseEnv, processEnv } from '@ticketing/common';
import { z } from 'zod';

/** Every variable that this service reads. */
export const environment = {
  ...processEnv,
  ...natsEnv,
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: 'must be an address such as redis://expiration-redis-srv:6379' })
    .optional(),
  REDIS_HOST: z
    .string()
    .regex(/^[\w.-]+(:\d+)?$/, 'must be a host name, such as expiration-redis-srv')
    .optional(),
};

export type Config = ReturnType<typeof readConfig>;

export function readConfig(processEnvironment: NodeJS.ProcessEnv) {
  const env = parseEnv(environment, processEnvironment);
  const redisUrl = env.REDIS_URL ?? (env.REDIS_HOST && `redis://${env.REDIS_HOST}`);
  if (!redisUrl)
    throw new EnvironmentError(
      'The environment is not right:\n  REDIS_URL: is missing, and so is REDIS_HOST',
    );
  return {
    host: env.HOST,
    port: env.PORT,
    logLevel: env.LOG_LEVEL,
    redisUrl,
    crashAt: env.CRASH_AT,
    nats: { url: env.NATS_URL, clusterId: env.NATS_CLUSTER_ID, clientId: env.NATS_CLIENT_ID },
  };
}
