/** An error response: `status` is the HTTP status, `code` is for programs, `message` is for people. */
export class HttpError extends Error {
  override name = 'HttpError';
  readonly status: number;
  readonly code: string | undefined;
  readonly field: string | undefined;
  /** Seconds to wait before the next try, sent as `Retry-After`. */
  readonly retryAfter: number | undefined;
  /** Further fields of the response's error entry, such as `declineCode`. */
  readonly details: Record<string, string>;

  constructor(
    status: number,
    message: string,
    {
      code,
      field,
      retryAfter,
      details = {},
      cause,
    }: {
      code?: string;
      field?: string;
      retryAfter?: number;
      details?: Record<string, string>;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause });
    this.status = status;
    this.code = code;
    this.field = field;
    this.retryAfter = retryAfter;
    this.details = details;
  }
}

export type FieldError = { message: string; field?: string; code?: string };

/** 400: the request is malformed. `errors` has one entry for each failed rule. */
export class ValidationError extends HttpError {
  override name = 'ValidationError';
  readonly errors: FieldError[];

  constructor(errors: FieldError[]) {
    super(400, errors.map((error) => error.message).join('; '));
    this.errors = errors;
  }
}

/** 401: the request has no valid session. */
export class NotAuthenticatedError extends HttpError {
  override name = 'NotAuthenticatedError';
  constructor(message = 'Sign in to continue') {
    super(401, message, { code: 'not_signed_in' });
  }
}

/** 402: the card was declined; `code` is `card_declined`. */
export class PaymentRequiredError extends HttpError {
  override name = 'PaymentRequiredError';

  constructor(message: string, details: Record<string, string> = {}) {
    super(402, message, { code: 'card_declined', details });
  }
}

/** 403: the user is not allowed to do this. */
export class ForbiddenError extends HttpError {
  override name = 'ForbiddenError';
  constructor(message = 'You do not have access to this', code = 'forbidden') {
    super(403, message, { code });
  }
}

/** 404: `what` names the missing resource, such as `Ticket`. */
export class NotFoundError extends HttpError {
  override name = 'NotFoundError';
  constructor(what = 'Page') {
    super(404, `${what} not found`, { code: 'not_found' });
  }
}

/** 409: the current state of the resource does not allow the request. */
export class ConflictError extends HttpError {
  override name = 'ConflictError';
  constructor(code: string, message: string, details: Record<string, string> = {}) {
    super(409, message, { code, details });
  }
}

/** 429. `retryAfter` is in seconds; it is sent rounded up, and at least 1. */
export class TooManyRequestsError extends HttpError {
  override name = 'TooManyRequestsError';
  constructor(
    message: string,
    retryAfter: number,
    code = 'rate_limited',
    details: Record<string, string> = {},
  ) {
    super(429, message, { code, retryAfter: Math.max(1, Math.ceil(retryAfter)), details });
  }
}

/** 503: a dependency is temporarily unavailable; the request had no effect. */
export class UnavailableError extends HttpError {
  override name = 'UnavailableError';
  constructor(message = 'Temporarily unavailable, please try again', code = 'unavailable', cause?: unknown) {
    super(503, message, { code, retryAfter: 1, cause });
  }
}

/** 503: a resource, or a version of it, is unknown here and may exist, because events of another service have not arrived yet. */
export class NotSynchronizedError extends HttpError {
  override name = 'NotSynchronizedError';
  constructor(what: string) {
    super(503, `${what} not up to date here yet, please try again in a moment`, {
      code: 'not_synchronized',
      retryAfter: 1,
    });
  }
}

/** 503: a change was not confirmed in time. It may have taken effect, or may still do so. */
export class OutcomeUnknownError extends HttpError {
  override name = 'OutcomeUnknownError';
  constructor(cause?: unknown) {
    super(503, 'We could not confirm this in time. It may have worked: please check before you try again.', {
      code: 'outcome_unknown',
      retryAfter: 1,
      cause,
    });
  }
}
