// The facts of expiration for a timeline: node dist/ops.js --help
import { runOps } from '@ticketing/common/ops';
import { readConfig } from './config.ts';
import { redisDeadLetters } from './dead-letters.ts';
import { readFacts } from './facts.ts';
import { logOutages, redisForCommands } from './redis.ts';

await runOps('expiration', async (env, log) => {
  const redis = redisForCommands(readConfig(env));
  logOutages(redis, log);
  return {
    read: (ids) => readFacts(redis, ids),
    deadLetters: redisDeadLetters(redis),
    close: () => Promise.resolve(redis.disconnect()),
  };
});
