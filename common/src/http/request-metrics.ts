import type { IncomingMessage, ServerResponse } from 'node:http';
import { Histogram } from 'prom-client';

const requestSeconds = new Histogram({
  name: 'ticketing_http_request_seconds',
  help: 'Time from the headers of a request until its response was sent, without event streams',
  labelNames: ['route', 'method', 'status'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const streams = new WeakSet<ServerResponse>();

/** A request whose route is known. Express sets it; the fast path, which bypasses Express, calls `setRoute`. */
type RoutedRequest = IncomingMessage & { route?: { path?: unknown } };

/** `route` is the template, such as `/api/tickets/:id`. */
export function setRoute(req: RoutedRequest, route: { path: string }): void {
  req.route = route;
}

/** Excludes a response that ends when the client leaves. */
export function excludeStream(res: ServerResponse): void {
  streams.add(res);
}

/**
 * A request for metrics and logs, in few values whatever clients send: the route is a template, `other` for a request that
 * no route took; the status is `aborted` when the client left before the response was sent.
 */
export function describeRequest(req: RoutedRequest, res: ServerResponse) {
  const path = req.route?.path;
  const { method = '' } = req;
  return {
    route: typeof path === 'string' ? path : 'other',
    method: methods.has(method) ? method : 'other',
    status: res.writableFinished ? res.statusCode : ('aborted' as const),
  };
}

/** Records a request whose response has ended. `startedAt` is in milliseconds of `performance.now`. */
export function recordRequest(req: RoutedRequest, res: ServerResponse, startedAt: number): void {
  if (streams.has(res)) return;
  requestSeconds.observe(describeRequest(req, res), (performance.now() - startedAt) / 1_000);
}
