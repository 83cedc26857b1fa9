import { setTimeout as sleep } from 'node:timers/promises';
import { propagation, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import { apiError, invalidRequest, StripeError } from './errors.ts';
import type { Faults } from './faults.ts';
import { newId } from './objects.ts';

const tracer = trace.getTracer('@ticketing/stripe-emulator');

/** Records a span of each call, in the trace of the shop. Does nothing without the SDK of infra/tracing. */
export const traceCall: RequestHandler = (req, res, next) => {
  const parent = propagation.extract(ROOT_CONTEXT, req.headers);
  const span = tracer.startSpan(req.method, { kind: SpanKind.SERVER }, parent);
  res.once('close', () => {
    const { path } = (req.route ?? {}) as { path?: Request['path'] };
    span.updateName(`${req.method} ${path ? `/v1${path}` : 'other'}`);
    span.setAttribute('http.response.status_code', res.statusCode).end();
  });
  next();
};

export const assignRequestId: RequestHandler = (req, res, next) => {
  res.set({ 'request-id': newId('req', 14), 'cache-control': 'no-cache, no-store' });
  const version = req.get('stripe-version');
  if (version) res.set('stripe-version', version);
  next();
};

export function requireApiKey(expected: string): RequestHandler {
  return (req, res, next) => {
    const [scheme = '', credentials = ''] = (req.get('authorization') ?? '').split(' ');
    const isBasic = /^basic$/i.test(scheme);
    const key = isBasic ? Buffer.from(credentials, 'base64').toString().split(':')[0] : credentials;
    if (key === expected) return next();
    const message = key
      ? `Invalid API Key provided: ${redact(key)}`
      : "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').";
    res.set('www-authenticate', 'Bearer realm="Stripe"');
    throw new StripeError(401, { type: 'invalid_request_error', message });
  };
}

function redact(key: string): string {
  return `${key.slice(0, 8)}${'*'.repeat(8)}${key.length > 16 ? key.slice(-4) : ''}`;
}

/** Stripe accepts form-encoded bodies only. */
export const requireForm: RequestHandler = (req, _res, next) => {
  const isEmpty = !req.get('transfer-encoding') && Number(req.get('content-length') ?? 0) === 0;
  if (req.method === 'POST' && !isEmpty && !req.is('application/x-www-form-urlencoded')) {
    throw invalidRequest(
      'Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have questions, we can help at https://support.stripe.com/.',
    );
  }
  next();
};

/** Injects faults into requests that only read; mutations inject their own. */
export function injectReadFaults(faults: Faults): RequestHandler {
  return async (req, _res, next) => {
    const plan = faults.plan('read');
    if (plan.latencyMs) await sleep(plan.latencyMs);
    if (plan.resetBeforeEffect || plan.resetAfterEffect) return void req.socket.destroy();
    if (plan.errorBeforeEffect || plan.errorAfterEffect) throw apiError();
    next();
  };
}

export const unknownRoute: RequestHandler = (req) => {
  const url = `${req.method}: ${req.originalUrl.split('?')[0]}`;
  throw new StripeError(404, {
    type: 'invalid_request_error',
    message: `Unrecognized request URL (${url}).`,
  });
};

export const stripeErrorHandler: ErrorRequestHandler = (thrown: unknown, req, res, next) => {
  if (res.headersSent) return next(thrown);
  const error = asStripeError(thrown);
  if (error.status >= 500 && !(thrown instanceof StripeError)) {
    process.stderr.write(`${req.method} ${req.path}: ${String((thrown as Error).stack)}\n`);
  }
  res.status(error.status).json({ error: error.body });
};

function asStripeError(thrown: unknown): StripeError {
  if (thrown instanceof StripeError) return thrown;
  const { status, message } = thrown as { status?: number; message?: string };
  if (!status || status >= 500) return apiError();
  return new StripeError(status, { type: 'invalid_request_error', message: `Invalid request: ${message}` });
}
