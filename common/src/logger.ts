import type { Logger } from 'pino';
import { pino } from 'pino';

export type { Logger };

/**
 * The logger of a service: JSON lines on standard output. Redacts cookies, passwords and tokens.
 * @param fd the file descriptor to write to: 2, standard error, for a program whose standard output is its result.
 */
export function createLogger(service: string, level: string, { fd = 1 }: { fd?: 1 | 2 } = {}): Logger {
  const options = {
    name: service,
    level,
    redact: ['req.headers.cookie', 'req.headers.authorization', '*.password', '*.token', '*.jwt'],
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  return pino(options, pino.destination(fd));
}
