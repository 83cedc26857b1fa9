// The dead letters of expiration, which keeps them in Redis: node dist/dlq.js --help
import { runDlq } from '@ticketing/common';
import { readConfig } from './config.ts';
import { redisDeadLetterBox } from './dead-letters.ts';
import { redisForCommands } from './redis.ts';

await runDlq(async (env, log) => redisDeadLetterBox(redisForCommands(readConfig(env).redisUrl, log)));
