import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { requestId, sendPlainError } from '../../../common/src/http/plain-response.ts';
import {
  answerProtocolErrors,
  refuseByProtocol,
  serverOptions,
} from '../../../common/src/http/protocol-errors.ts';
import type { ConnectionLimits } from '../../../common/src/http/slow-requests.ts';
import {
  connectionLimits,
  deadlineOptions,
  limitConnections,
  refusePipelined,
} from '../../../common/src/http/slow-requests.ts';
import { startServerSpan } from '../../../common/src/tracing/spans.ts';
import { writeTraceparent } from '../../../common/src/tracing/traceparent.ts';
import { sendApiDocs } from './api-docs.ts';
import type { Targets } from './forwarder.ts';
import { createForwarder } from './forwarder.ts';
import type { Route } from './routes.ts';
import { isApi, matchRoute } from './routes.ts';

/** Paths for probes and metrics, never public. */
const PRIVATE = /^\/+(healthz|metrics)(\/|$)/i;

/** The only public address, like the ingress of the cluster: each path goes to its service, round robin over the replicas. */
export function createRouter({
  routes,
  targets,
  webSockets = false,
  answerWithinMs,
  limits = connectionLimits,
  docsRoot,
}: {
  routes: Route[];
  targets: Targets;
  /** Only `next dev` uses them. */
  webSockets?: boolean;
  answerWithinMs?: number;
  limits?: ConnectionLimits;
  /** The folder whose docs/openapi.yaml is the page /api/docs, which clusters do not have. */
  docsRoot?: string;
}): Server {
  const forwarder = createForwarder({ targets, answerWithinMs });
  const server = createServer({ ...serverOptions, ...deadlineOptions(limits) }, (req, res) => {
    if (refusePipelined(req, res) || refuseByProtocol(req, res)) return;
    toOriginForm(req);
    delete req.headers.expect; // Node has sent `100 Continue` to the client already
    const pathname = pathOf(req.url ?? '/');
    if (docsRoot && pathname === '/api/docs') return sendApiDocs(req, res, docsRoot);
    const route = pathname === undefined || PRIVATE.test(pathname) ? undefined : matchRoute(routes, pathname);
    // The last resort is the client, whose pages are no answer to a program.
    if (!route || (route.path === '/' && isApi(pathname ?? ''))) return notFound(req, res);
    Object.assign(
      req.headers,
      forwarded(req),
      isApi(route.path) ? { traceparent: startTrace(req, res, route) } : {},
    );
    forwarder.forward(req, res, route.service);
  });
  answerProtocolErrors(server);
  limitConnections(server, limits);
  if (webSockets)
    server.on('upgrade', (req, socket, head) => forwarder.upgrade(req, socket as Socket, head, 'client-srv'));
  server.keepAliveTimeout = 65_000;
  server.on('close', () => forwarder.close());
  return server;
}

/** RFC 9112 §3.2.2: a server accepts `GET http://host/path`, and takes the host from there and not from Host. */
function toOriginForm(req: IncomingMessage) {
  const { url = '/' } = req;
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return;
  const { host, pathname, search } = new URL(url);
  req.url = pathname + search;
  req.headers.host = host;
}

/** The path decoded and without dots, as a backend may read it, so that no encoding bypasses PRIVATE. */
function pathOf(url: string): string | undefined {
  try {
    return decodeURIComponent(new URL(url.startsWith('/') ? `http://router${url}` : url).pathname);
  } catch {
    return undefined;
  }
}

function forwarded(req: IncomingMessage): Record<string, string> {
  return {
    'x-forwarded-for': req.socket.remoteAddress ?? '',
    'x-forwarded-proto': 'http',
    'x-forwarded-host': req.headers.host ?? '',
    'x-request-id': requestId(req),
  };
}

/** Starts the span of a request, and returns the `traceparent` for the service. */
function startTrace(req: IncomingMessage, res: ServerResponse, { path }: Route): string {
  const { method = '', headers } = req;
  const span = startServerSpan(`${method} ${path}`, headers.traceparent);
  res.once('close', () => span.setAttribute('http.response.status_code', res.statusCode).end());
  return writeTraceparent(span.spanContext());
}

function notFound(req: IncomingMessage, res: ServerResponse) {
  sendPlainError(req, res, 404, { message: 'Page not found', code: 'not_found' });
}
