import type { ServerResponse } from 'node:http';
import { context, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { countInLog } from '../log-counter.ts';
import { startServerSpan } from '../tracing/spans.ts';
import type { AggregateIds } from '../tracing/work.ts';
import { withRequest } from '../tracing/work.ts';
import { isId } from './http.ts';
import { describeRequest } from './request-metrics.ts';

/** Lines of one process within a window; the requests beyond are counted, so that a flood does not fill the disk. */
const MAX_LINES = 5_000;
const WINDOW_MS = 10_000;
const NOT_LOGGED = 'requests, not logged one by one';

/**
 * The first middleware of a service: starts the span of the request, which continues its `traceparent`, and writes one
 * access line when the response has ended. The fast path does without both, because they cost more than its responses; its
 * requests are in `ticketing_http_request_seconds`. So are those that `serve` refuses, and it counts them in the log.
 */
export function observeRequest(log: Logger, maxLines = MAX_LINES): RequestHandler {
  const takeLine = lineBudget(maxLines);
  return (req, res, next) => {
    const startedAt = performance.now();
    const span = startServerSpan(req.method, req.headers.traceparent);
    const ids: AggregateIds = {};
    const active = withRequest(trace.setSpan(ROOT_CONTEXT, span), { req, ids });
    res.once('close', () => {
      const { route, method, status } = describeRequest(req, res);
      const known = { ...idsIn(req, route), ...ids };
      span.updateName(`${method} ${route}`);
      span.setAttributes({ 'http.request.method': method, 'http.route': route, ...statusOf(res), ...known });
      if (res.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
      const ms = Math.round((performance.now() - startedAt) * 10) / 10;
      // In the context of the request, for its ids: `close` is emitted in that of the connection.
      context.with(active, () => {
        if (isCountedAnyway(status)) return;
        if (takeLine()) log.info({ method, route, status, ms, ...known }, 'request');
        else countInLog(log, `${method} ${route} ${status}`, NOT_LOGGED, { method, route, status });
      });
    });
    context.with(active, next);
  };
}

/** An overload, an outage and a limit must not have a line a request; error-handler.ts counts what they refuse. */
function isCountedAnyway(status: number | 'aborted'): boolean {
  return status !== 'aborted' && (status > 500 || status === 429);
}

function statusOf(res: ServerResponse) {
  return res.headersSent && { 'http.response.status_code': res.statusCode };
}

/** The ids that a request names in its path, its query or its body, where they have the form of an id. */
function idsIn(req: Request, route: string): AggregateIds {
  const body = (typeof req.body === 'object' && req.body !== null ? req.body : {}) as Record<string, unknown>;
  const inPath = (req.params as Request['params'] | undefined)?.['id']; // Express sets it when a route matches
  const ticketId = route.startsWith('/api/tickets/') ? inPath : body['ticketId'];
  const ofOrder = route.startsWith('/api/orders/') || route.startsWith('/api/payments/');
  const orderId = ofOrder ? inPath : (body['orderId'] ?? req.query['orderId']);
  return { ...(isId(orderId) && { orderId }), ...(isId(ticketId) && { ticketId }) };
}

/** @returns a function that takes a line of the current window. It returns false when there is none left. */
function lineBudget(maxLines: number): () => boolean {
  let left = maxLines;
  let until = 0;
  return () => {
    const now = performance.now();
    if (now >= until) {
      left = maxLines;
      until = now + WINDOW_MS;
    }
    left -= 1;
    return left >= 0;
  };
}
