import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { FieldError } from '../errors.ts';
import {
  HttpError,
  NotFoundError,
  OutcomeUnknownError,
  UnavailableError,
  ValidationError,
} from '../errors.ts';
import { countInLog } from '../log-counter.ts';
import { logRefusal } from '../security-log.ts';
import { isStoreUnavailable } from '../store/mongo.ts';
import { isUnconfirmedWrite } from '../store/unconfirmed-write.ts';
import { isSafe, requestId } from './plain-response.ts';

/** The errors of body-parser by `type`. Its own messages would expose internals. */
const bodyErrors: Record<string, [status: number, code: string, message: string]> = {
  'entity.parse.failed': [400, 'malformed_json', 'The body is not valid JSON'],
  'entity.too.large': [413, 'body_too_large', 'The body is too large'],
  'encoding.unsupported': [415, 'unsupported_encoding', 'This content encoding is not supported'],
  'charset.unsupported': [415, 'unsupported_charset', 'The body must be UTF-8'],
  'request.aborted': [400, 'request_aborted', 'The request was aborted'],
  'request.size.invalid': [400, 'malformed_body', 'The body does not have the length in Content-Length'],
};

function toHttpError(error: unknown, req: Request): HttpError | undefined {
  if (error instanceof HttpError) return error;
  if (isUnconfirmedWrite(error) && !isSafe(req)) return new OutcomeUnknownError(error);
  if (isStoreUnavailable(error)) return new UnavailableError(undefined, 'store_unavailable', error);
  if (error instanceof URIError)
    return new HttpError(400, 'The URL is malformed', { code: 'malformed_path' });
  if (typeof error !== 'object' || error === null) return undefined;
  const entry = 'type' in error ? bodyErrors[String(error.type)] : undefined;
  if (entry) return new HttpError(entry[0], entry[2], { code: entry[1], cause: error });
  return clientError(error);
}

/**
 * An error of a library that blames the client by a status of 4xx, as http-errors does. Such as a body that is not what
 * its Content-Encoding says: zlib's error with the status 400 and without a `type`.
 */
function clientError(error: object): HttpError | undefined {
  if (!('status' in error) || !Number.isInteger(error.status)) return undefined;
  const status = error.status as number;
  if (status < 400 || status >= 500) return undefined;
  return new HttpError(status, 'The request is malformed', { code: 'malformed_request', cause: error });
}

function entries(error: HttpError): (FieldError & Record<string, string>)[] {
  if (error instanceof ValidationError) return error.errors;
  return [
    {
      message: error.message,
      ...(error.field && { field: error.field }),
      ...(error.code && { code: error.code }),
      ...error.details,
    },
  ];
}

/**
 * Sends an error response. The only place that maps errors to statuses: an unknown error becomes 500 without details.
 * Logs each 500 with its error, refusals by `logRefusal`, and counts other failures (503): in an overload or an outage
 * there can be thousands a second.
 */
export function sendError(log: Logger, error: unknown, req: Request, res: Response): void {
  const httpError =
    toHttpError(error, req) ?? new HttpError(500, 'Something went wrong', { code: 'internal_error' });
  logError(log, { error, httpError }, req, res);
  if (res.headersSent) {
    if (!res.writableEnded) res.destroy(); // truncates a half-sent response; a complete one stays as it is
    return;
  }
  if (httpError.retryAfter) res.setHeader('Retry-After', String(httpError.retryAfter));
  res.status(httpError.status).json({ errors: entries(httpError), requestId: requestId(req) });
}

/** An error of a route whose request was answered already, by its time limit, is logged only when it is unexpected. */
function logError(
  log: Logger,
  { error, httpError }: { error: unknown; httpError: HttpError },
  req: Request,
  res: Response,
): void {
  const { status, code } = httpError;
  const request = { requestId: requestId(req), method: req.method, path: req.path };
  if (status === 500) log[res.writableEnded ? 'warn' : 'error']({ err: error, ...request }, 'request failed');
  else if (res.writableEnded) return;
  else if (status > 500) countFailure(log, httpError, request);
  else logRefusal(log, req, { status, code });
}

/** The line has the cause of the first failure. A limit that refuses a request has no cause: its own stack says nothing. */
function countFailure(log: Logger, { status, code, cause }: HttpError, request: object): void {
  const fields = { status, code, ...(cause !== undefined && { err: cause }), ...request };
  countInLog(log, `${status} ${code ?? ''}`, 'requests failed', fields);
}

/** Express middleware for errors; goes after all routes. */
export function errorHandler(log: Logger): ErrorRequestHandler {
  // Express recognizes an error handler by its four parameters.
  return (error: unknown, req, res, _next) => {
    sendError(log, error, req, res);
  };
}

/** Throws NotFoundError for a request that no route handled; goes after all routes. */
export const notFound: RequestHandler = () => {
  throw new NotFoundError();
};
