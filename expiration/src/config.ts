import { z } from 'zod';
import { busConfig, certificateAuthorities, natsEnv, parseEnv, processEnv } from '@ticketing/common';

const redisUrl = z.url({
  protocol: /^rediss?$/,
  error: 'must be an address such as redis://expiration-redis-srv:6379',
});

/** Every variable that this service reads. REDIS_URL wins; one of the two is needed. */
export const environment = {
  ...processEnv,
  ...natsEnv,
  REDIS_URL: redisUrl.optional(),
  REDIS_HOST: z
    .string()
    .regex(/^[\w.-]+(:\d+)?$/, 'must be a host name, such as expiration-redis-srv')
    .optional(),
  REDIS_CA: certificateAuthorities,
};

export type Config = ReturnType<typeof readConfig>;

export function readConfig(processEnvironment: NodeJS.ProcessEnv) {
  const hasHost = processEnvironment['REDIS_HOST'] ?? processEnvironment['REDIS_HOST_FILE'];
  const env = parseEnv(
    { ...environment, REDIS_URL: hasHost ? redisUrl.optional() : redisUrl },
    processEnvironment,
  );
  return {
    host: env.HOST,
    port: env.PORT,
    logLevel: env.LOG_LEVEL,
    redisUrl: env.REDIS_URL ?? `redis://${env.REDIS_HOST}`,
    redisCa: env.REDIS_CA,
    crashAt: env.CRASH_AT,
    nats: busConfig(env),
  };
}
