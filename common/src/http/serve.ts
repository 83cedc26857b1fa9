import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { collectDefaultMetrics, register } from 'prom-client';
import type { Logger } from 'pino';
import { commonHeaders, requestId } from './http.ts';

const DRAIN_MS = 10_000;
const MAX_UNANSWERED = 500;

/**
 * Listens, answers health and metrics, and resolves when the process was asked to stop and everything is closed.
 * - `/healthz/live`: the event loop turns. `/healthz/ready`: every promise of `ready` has resolved once and we are
 *   not stopping; `details` (such as the bus's status) only shows in the body.
 * - 500 requests wait for an answer: the next gets 503 at once, so that they are still answered in time. Open
 *   streams do not count.
 * - SIGTERM or SIGINT: no new requests, `streams` end, requests in hand finish, then `close` runs in order; after 10 s
 *   the process ends.
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
  const inHand = new Set<ServerResponse>();
  if (!register.getSingleMetric('process_cpu_seconds_total')) collectDefaultMetrics();
  void Promise.all(options.ready).then(() => {
    isReady = true;
    log.info('ready');
  });

  function isFull(): boolean {
    if (inHand.size < MAX_UNANSWERED) return false;
    let unanswered = 0;
    for (const res of inHand) if (!res.headersSent) unanswered += 1;
    return unanswered >= MAX_UNANSWERED;
  }

  function health(req: IncomingMessage, res: ServerResponse): boolean {
    if (req.url === '/healthz/live') answer(req, res, 200, { status: 'live' });
    else if (req.url === '/healthz/ready')
      answer(req, res, isReady && !isDraining ? 200 : 503, {
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
      answer(req, res, 404, error(req, 'Page not found', 'not_found'));
      return;
    }
    if (isFull()) {
      res.setHeader('Retry-After', '1');
      answer(req, res, 503, error(req, 'Too many people at once, please try again', 'overloaded'));
      return;
    }
    inHand.add(res);
    res.once('close', () => {
      inHand.delete(res);
      // Its headers were sent before: nobody told the proxy to end the connection.
      if (isDraining) server.closeIdleConnections();
    });
    if (isDraining) res.setHeader('Connection', 'close');
    app(req, res);
  });
  server.keepAliveTimeout = 75_000; // longer than the proxies in front keep theirs
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
  for (const res of inHand) if (!res.headersSent) res.setHeader('Connection', 'close');
  setTimeout(() => {
    log.error('did not stop in time');
    process.exit(1);
  }, DRAIN_MS).unref();
  const closed = new Promise((resolve) => server.close(resolve));
  for (const stream of options.streams ?? []) await stream.close();
  server.closeIdleConnections();
  await closed;
  for (const close of options.close)
    await close().catch((err: unknown) => {
      log.warn({ err }, 'did not close cleanly');
    });
  log.info('stopped');
}

function answer(req: IncomingMessage, res: ServerResponse, status: number, body: object) {
  commonHeaders(req, res);
  res.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

function error(req: IncomingMessage, message: string, code: string) {
  return { errors: [{ message, code }], requestId: requestId(req) };
}
