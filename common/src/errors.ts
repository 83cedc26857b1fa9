/** An answer other than success: `status` for HTTP, `code` for programs, `message` for people. */
export class HttpError extends Error {
  override name = 'HttpError';
  readonly status: number;
  readonly code: string | undefined;
  readonly field: string | undefined;
  /** Seconds to wait before trying again, sent as Retry-After. */
  readonly retryAfter: number | undefined;

  constructor(
    status: number,
    message: string,
    {
      code,
      field,
      retryAfter,
      cause,
    }: { code?: string; field?: string; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.status = status;
    this.code = code;
    this.field = field;
    this.retryAfter = retryAfter;
  }
}

export type FieldError = { message: string; field?: string; code?: string };

/** The request is malformed: one entry per failed rule. */
export class ValidationError extends HttpError {
  override name = 'ValidationError';
  readonly errors: FieldError[];

  constructor(errors: FieldError[]) {
    super(400, errors.map((error) => error.message).join('; '));
    this.errors = errors;
  }
}

export class NotAuthenticatedError extends HttpError {
  override name = 'NotAuthenticatedError';
  constructor(message = 'Sign in to continue') {
    super(401, message, { code: 'not_signed_in' });
  }
}

/** The card was declined; `code` is `card_declined`. */
export class PaymentRequiredError extends HttpError {
  override name = 'PaymentRequiredError';
  /** Further fields of the answer's error entry, such as `declineCode`. */
  readonly details: Record<string, string>;

  constructor(message: string, details: Record<string, string> = {}) {
    super(402, message, { code: 'card_declined' });
    this.details = details;
  }
}

export class ForbiddenError extends HttpError {
  override name = 'ForbiddenError';
  constructor(message = 'This is not yours', code = 'forbidden') {
    super(403, message, { code });
  }
}

export class NotFoundError extends HttpError {
  override name = 'NotFoundError';
  constructor(what = 'Page') {
    super(404, `${what} not found`, { code: 'not_found' });
  }
}

/** The state of things forbids it. */
export class ConflictError extends HttpError {
  override name = 'ConflictError';
  constructor(code: string, message: string) {
    super(409, message, { code });
  }
}

export class TooManyRequestsError extends HttpError {
  override name = 'TooManyRequestsError';
  constructor(message: string, retryAfter: number) {
    super(429, message, { code: 'too_many_requests', retryAfter });
  }
}

/** Something that is needed is away for a moment; nothing was done. */
export class UnavailableError extends HttpError {
  override name = 'UnavailableError';
  constructor(message = 'Temporarily unavailable, please try again', code = 'unavailable', cause?: unknown) {
    super(503, message, { code, retryAfter: 1, cause });
  }
}
