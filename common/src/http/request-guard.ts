import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { ForbiddenError, OutcomeUnknownError, UnavailableError } from '../errors.ts';
import { sendError } from './error-handler.ts';
import { commonHeaders, isSafe } from './plain-response.ts';
import { whenComplete } from './slow-requests.ts';

/**
 * The time limit of a complete request; `serve` limits how long the request itself may take to arrive. Only
 * `useTestDatabase` raises it, so that tests do not fail on a busy machine.
 */
export const answerWithin = { ms: 5_000 };

/**
 * Middleware before all routes: sets the common headers, responds 503 when a route takes longer than 5 s from the end of
 * the body (`outcome_unknown` where it may have changed something, else `timeout`), and throws ForbiddenError for a request
 * that changes data from a page of another origin. Browsers send the page's origin in `Origin`; other clients do not.
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
    if (origin && !isSafe(req) && !publicOrigins.includes(origin))
      throw new ForbiddenError(`Requests from ${origin} are not accepted`, 'origin_refused');
    // Do not call `next(error)` here: the route is still running, and an error that it throws later would reach Express's
    // own error handler, which destroys the connection together with the next request on it.
    let timer: NodeJS.Timeout | undefined;
    whenComplete(req, () => {
      if (res.writableEnded) return;
      timer = setTimeout(() => {
        if (!res.headersSent) sendError(log, timeoutOf(req), req, res);
      }, answerWithin.ms);
    });
    res.once('close', () => {
      clearTimeout(timer);
    });
    next();
  };
}

/** The route of a changing request may finish its write after the time limit. */
function timeoutOf(req: Request) {
  if (!isSafe(req)) return new OutcomeUnknownError();
  return new UnavailableError('This is taking too long, please try again', 'timeout');
}
