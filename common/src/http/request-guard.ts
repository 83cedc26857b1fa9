import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { ForbiddenError, UnavailableError } from '../errors.ts';
import { sendError } from './error-handler.ts';
import { commonHeaders } from './plain-response.ts';

/** The time limit of a request. Only `useTestDatabase` raises it, so that tests do not fail on a busy machine. */
export const answerWithin = { ms: 5_000 };
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Middleware before all routes: sets the common headers, responds 503 (`timeout`) when a route takes longer than 5 s,
 * and throws ForbiddenError for a request that changes data from a page of another origin. Browsers send the page's
 * origin in `Origin`; other clients do not.
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
    if (origin && !safeMethods.has(req.method) && !publicOrigins.includes(origin))
      throw new ForbiddenError(`Requests from ${origin} are not accepted`, 'origin_refused');
    // Do not call `next(error)` here: the route is still running, and an error that it throws later would reach Express's
    // own error handler, which destroys the connection together with the next request on it.
    const timer = setTimeout(() => {
      if (!res.headersSent)
        sendError(
          log,
          new UnavailableError('This is taking too long, please try again', 'timeout'),
          req,
          res,
        );
    }, answerWithin.ms);
    res.once('close', () => {
      clearTimeout(timer);
    });
    next();
  };
}
