// The dead letters of expiration, which keeps them in Redis: node dist/dlq.js --help
import { runDlq } from '@ticketing/common';
import { readConfig } from './config.ts';
import { redisDeadLetterReader } from './dead-letters.ts';
import { redisForCommands } from './redis.ts';

await runDlq(async (env, log) => redisDeadLetterReader(redisForCommands(readConfig(env).redisUrl, log)));
