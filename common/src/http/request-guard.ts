import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { answerError } from './error-handler.ts';
import { ForbiddenError, UnavailableError } from '../errors.ts';
import { commonHeaders } from './http.ts';

/** How long a request may take. Only `useTestDatabase` changes it: a busy machine is no failure of a test. */
export const answerWithin = { ms: 5_000 };

/**
 * What stands before every route: common headers, an answer within 5 s (503 when a store keeps us waiting), and
 * changing requests only from our own pages. A browser names the page's origin in `Origin`; programs do not send it.
 */
export function requestGuard({
  publicOrigins,
  log,
}: {
  publicOrigins: string[];
  log: Logger;
}): RequestHandler {
  return (req, res, next) => {
    commonHeaders(req, res);
    const { origin } = req.headers;
    if (origin && !safe.has(req.method) && !publicOrigins.includes(origin))
      throw new ForbiddenError(`Requests from ${origin} are not accepted`, 'origin_refused');
    // Not by a second `next`: the route still runs, and what it throws after all would then find no error handler
    // left but Express's own, which destroys the connection, and with it the next request on it.
    const late = setTimeout(() => {
      if (!res.headersSent)
        answerError(log, new UnavailableError('This takes too long, please try again', 'timeout'), req, res);
    }, answerWithin.ms);
    res.once('close', () => {
      clearTimeout(late);
    });
    next();
  };
}
const safe = new Set(['GET', 'HEAD', 'OPTIONS']);
