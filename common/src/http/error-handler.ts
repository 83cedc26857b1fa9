import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import {
  HttpError,
  NotFoundError,
  PaymentRequiredError,
  UnavailableError,
  ValidationError,
} from '../errors.ts';
import type { FieldError } from '../errors.ts';
import { requestId } from './http.ts';
import { isStoreUnavailable } from '../store/mongo.ts';

/** What body-parser says by `type`; its own messages name its internals. */
const bodyErrors: Record<string, [status: number, code: string, message: string]> = {
  'entity.parse.failed': [400, 'malformed_json', 'The body is not valid JSON'],
  'entity.too.large': [413, 'body_too_large', 'The body is larger than 100 kB'],
  'encoding.unsupported': [415, 'unsupported_encoding', 'This content encoding is not supported'],
  'charset.unsupported': [415, 'unsupported_charset', 'The body must be UTF-8'],
  'request.aborted': [400, 'request_aborted', 'The request was aborted'],
  'request.size.invalid': [400, 'malformed_body', 'The body is not as long as it says'],
};

function known(error: unknown): HttpError | undefined {
  if (error instanceof HttpError) return error;
  if (isStoreUnavailable(error)) return new UnavailableError(undefined, 'store_unavailable', error);
  if (error instanceof URIError)
    return new HttpError(400, 'The address is malformed', { code: 'malformed_path' });
  if (typeof error !== 'object' || error === null || !('type' in error)) return undefined;
  const entry = bodyErrors[String(error.type)];
  return entry && new HttpError(entry[0], entry[2], { code: entry[1], cause: error });
}

function entries(error: HttpError): (FieldError & Record<string, string>)[] {
  if (error instanceof ValidationError) return error.errors;
  return [
    {
      message: error.message,
      ...(error.field && { field: error.field }),
      ...(error.code && { code: error.code }),
      ...(error instanceof PaymentRequiredError && error.details),
    },
  ];
}

/** The only place where an error becomes a status: known ones as they say, anything else 500 without a detail. */
export function answerError(log: Logger, error: unknown, req: Request, res: Response): void {
  const answer = known(error) ?? new HttpError(500, 'Something went wrong', { code: 'internal_error' });
  if (answer.status >= 500)
    log[answer.status === 500 && !res.writableEnded ? 'error' : 'warn'](
      { err: error, requestId: requestId(req), method: req.method, path: req.path },
      'request failed',
    );
  if (res.headersSent) {
    if (!res.writableEnded) res.destroy(); // cut the half-sent answer off; one that was sent whole stays as it is
    return;
  }
  if (answer.retryAfter) res.setHeader('Retry-After', String(answer.retryAfter));
  res.status(answer.status).json({ errors: entries(answer), requestId: requestId(req) });
}

export function errorHandler(log: Logger): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error: unknown, req, res, _next) => {
    answerError(log, error, req, res);
  };
}

/** Whatever no route answered. */
export const notFound: RequestHandler = () => {
  throw new NotFoundError();
};
