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
 * Records a request whose response was sent, or whose client left (status `aborted`). `startedAt` is in milliseconds of
 * `performance.now`. Labels have few values whatever clients send: a request that no route took has the route `other`.
 */
export function recordRequest(req: RoutedRequest, res: ServerResponse, startedAt: number): void {
  if (streams.has(res)) return;
  const path = req.route?.path;
  const route = typeof path === 'string' ? path : 'other';
  const { method: given = '' } = req;
  const method = methods.has(given) ? given : 'other';
  const status = res.writableFinished ? res.statusCode : 'aborted';
  requestSeconds.observe({ route, method, status }, (performance.now() - startedAt) / 1_000);
}
