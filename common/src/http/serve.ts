import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { collectDefaultMetrics, register } from 'prom-client';
import type { Logger } from 'pino';
import { commonHeaders, requestId } from './http.ts';

const DRAIN_MS = 10_000;
const MAX_PENDING = 500;

/**
 * Serves `app`, health checks and metrics until SIGTERM or SIGINT; resolves when everything is closed. Rejects when it
 * cannot listen.
 * - `/healthz/live`: 200 while the event loop runs. `/healthz/ready`: 200 once every promise of `ready` has resolved, 503
 *   before and while stopping; `details` (such as the status of the bus) are added to the body only.
 * - While 500 requests wait for a response, further requests get 503 (`overloaded`) at once. Open streams do not count.
 * - On SIGTERM or SIGINT: accepts no more requests, closes `streams`, finishes the requests in flight, then runs `close` in
 *   order. Exits with status 1 when that takes longer than 10 s.
 */
export async function serve(
  app: RequestListener | undefined,
  options: {
    host: string;
    port: number;
    log: Logger;
    ready: Promise<unknown>[];
    details?: () => Record<string, unknown>;
    streams?: { close(): Promise<unknown> }[];
    close: (() => Promise<unknown>)[];
  },
): Promise<void> {
  const { log, details = () => ({}) } = options;
  let isReady = false;
  let isDraining = false;
  const inFlight = new Set<ServerResponse>();
  if (!register.getSingleMetric('process_cpu_seconds_total')) collectDefaultMetrics();
  void Promise.all(options.ready).then(() => {
    isReady = true;
    log.info('ready');
  });

  function isFull(): boolean {
    if (inFlight.size < MAX_PENDING) return false;
    let pending = 0;
    for (const res of inFlight) if (!res.headersSent) pending += 1;
    return pending >= MAX_PENDING;
  }

  function health(req: IncomingMessage, res: ServerResponse): boolean {
    if (req.url === '/healthz/live') sendJson(req, res, 200, { status: 'live' });
    else if (req.url === '/healthz/ready')
      sendJson(req, res, isReady && !isDraining ? 200 : 503, {
        status: isDraining ? 'draining' : isReady ? 'ready' : 'starting',
        ...details(),
      });
    else if (req.url === '/metrics')
      void register.metrics().then((text) => {
        res.writeHead(200, { 'Content-Type': register.contentType }).end(text);
      });
    else return false;
    return true;
  }

  const server = createServer((req, res) => {
    if (health(req, res)) return;
    if (!app) {
      sendJson(req, res, 404, errorBody(req, 'Page not found', 'not_found'));
      return;
    }
    if (isFull()) {
      res.setHeader('Retry-After', '1');
      sendJson(
        req,
        res,
        503,
        errorBody(req, 'We are very busy right now. Please try again in a moment.', 'overloaded'),
      );
      return;
    }
    inFlight.add(res);
    res.once('close', () => {
      inFlight.delete(res);
      // Headers sent before the shutdown had no `Connection: close`, so the proxy would keep this connection open.
      if (isDraining) server.closeIdleConnections();
    });
    if (isDraining) res.setHeader('Connection', 'close');
    app(req, res);
  });
  server.keepAliveTimeout = 75_000; // longer than that of the proxies in front
  server.headersTimeout = 80_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  log.info({ port: (server.address() as { port: number }).port }, 'listening');

  const signal = await new Promise<string>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, resolve);
  });
  log.info({ signal }, 'stopping');
  isDraining = true;
  for (const res of inFlight) if (!res.headersSent) res.setHeader('Connection', 'close');
  setTimeout(() => {
    log.error('shutdown timed out');
    process.exit(1);
  }, DRAIN_MS).unref();
  const closed = new Promise((resolve) => server.close(resolve));
  for (const stream of options.streams ?? []) await stream.close();
  server.closeIdleConnections();
  await closed;
  for (const close of options.close)
    await close().catch((err: unknown) => {
      log.warn({ err }, 'close failed during shutdown');
    });
  log.info('stopped');
}

function sendJson(req: IncomingMessage, res: ServerResponse, status: number, body: object) {
  commonHeaders(req, res);
  res.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

function errorBody(req: IncomingMessage, message: string, code: string) {
  return { errors: [{ message, code }], requestId: requestId(req) };
}
