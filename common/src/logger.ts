import { pino } from 'pino';
import type { Logger } from 'pino';

export type { Logger };

/** The log of a service: JSON lines on standard output. Never passwords, tokens or card data. */
export function createLogger(service: string, level: string): Logger {
  return pino({
    name: service,
    level,
    redact: ['req.headers.cookie', 'req.headers.authorization', '*.password', '*.token', '*.jwt'],
    timestamp: pino.stdTimeFunctions.isoTime,
  });
}
