import type { Logger } from 'pino';
import { pino } from 'pino';

export type { Logger };

/** The logger of a service: JSON lines on standard output. Redacts cookies, passwords and tokens. */
export function createLogger(service: string, level: string): Logger {
  return pino({
    name: service,
    level,
    redact: ['req.headers.cookie', 'req.headers.authorization', '*.password', '*.token', '*.jwt'],
    timestamp: pino.stdTimeFunctions.isoTime,
  });
}
