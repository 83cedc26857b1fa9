// The dead letters of expiration, which keeps them in Redis: node dist/dlq.js --help
import { runDlq } from '@ticketing/common';
import { readConfig } from './config.ts';
import { redisDeadLetters } from './dead-letters.ts';
import { logOutages, redisForCommands } from './redis.ts';

await runDlq(async (env, log) => {
  const redis = redisForCommands(readConfig(env));
  logOutages(redis, log);
  return { ...redisDeadLetters(redis), close: () => Promise.resolve(redis.disconnect()) };
});
