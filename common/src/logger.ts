import type { DestinationStream, Logger } from 'pino';
import { pino } from 'pino';
import { workFields } from './tracing/work.ts';

export type { Logger };

/**
 * The logger of a service: JSON lines on standard output, with the ids of the request and the trace that the process is
 * working on. Each line is written before the call returns, so a killed process loses none. Redacts cookies, passwords and
 * tokens, and logs errors by `describeError`.
 * @param fd the file descriptor to write to: 2, standard error, for a program whose standard output is its result.
 */
export function createLogger(service: string, level: string, { fd = 1 }: { fd?: 1 | 2 } = {}): Logger {
  return loggerTo(pino.destination({ dest: fd, sync: true }), service, level);
}

/** The same on another destination, for tests of what is logged. */
export function loggerTo(destination: DestinationStream, service: string, level: string): Logger {
  const options = {
    name: service,
    level,
    redact: ['req.headers.cookie', 'req.headers.authorization', '*.password', '*.token', '*.jwt'],
    serializers: { err: describeError, reason: describeError },
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: workFields,
  };
  return pino(options, destination);
}

const DEBUG_MS = 15 * 60_000;

/**
 * Has SIGUSR2 raise the level to `debug` for 15 minutes, and set it back at the next signal before that: an incident can be
 * looked at without a restart, and it ends by itself.
 */
export function debugOnSignal(log: Logger): void {
  const { level } = log;
  if (log.isLevelEnabled('debug')) return;
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    clearTimeout(timer);
    timer = undefined;
    log.info({ level }, 'log level set back');
    log.level = level;
  };
  process.on('SIGUSR2', () => {
    if (timer) return end();
    timer = setTimeout(end, DEBUG_MS).unref();
    log.level = 'debug';
    log.info({ level: log.level, minutes: DEBUG_MS / 60_000 }, 'log level raised');
  });
}

/** Harmless fields of errors of Node, of MongoDB and of Stripe. */
const errorFields = ['code', 'codeName', 'status', 'statusCode', 'requestId', 'syscall', 'errorLabels'];

/**
 * An error as logs show it. Libraries attach what they worked on, such as a whole document, the key of a duplicate or the
 * payment of a decline, so only harmless fields are taken; e-mail addresses,
 * passwords in URLs, and Stripe's card tokens and client secrets are masked.
 */
function describeError(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { type, message, stack } = pino.stdSerializers.err(value);
  const fields = value as unknown as Record<string, unknown>;
  const picked = errorFields.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]]));
  return { type, message: mask(message), stack: mask(stack), ...Object.fromEntries(picked) };
}

function mask(text: string): string {
  return text
    .replaceAll(/\/\/[^\s/@]*:[^\s/@]*@/g, '//***@')
    .replaceAll(/\b(tok|pm|card|src)_\w+|_secret_\w+/g, '***')
    .replaceAll(/[\w.!#$%&'*+=?^`{|}~-]+@[\p{L}\d-]+(\.[\p{L}\d-]+)+/gu, '***@***');
}
