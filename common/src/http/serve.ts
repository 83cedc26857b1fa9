import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Logger } from 'pino';
import { collectDefaultMetrics, register } from 'prom-client';
import { sendJson, sendPlainError } from './plain-response.ts';
import { answerProtocolErrors, refuseByProtocol, serverOptions } from './protocol-errors.ts';

const DRAIN_MS = 10_000;
const MAX_PENDING = 500;

type Options = {
  host: string;
  port: number;
  log: Logger;
  ready: Promise<unknown>[];
  details?: () => Record<string, unknown>;
  streams?: { close(): Promise<unknown> }[];
  close: (() => Promise<unknown>)[];
};

type State = { isReady: boolean; isDraining: boolean; inFlight: Set<ServerResponse> };

/**
 * Serves `app`, health checks and metrics until SIGTERM or SIGINT; resolves when everything is closed. Rejects when it
 * cannot listen.
 * - `/healthz/live`: 200 while the event loop runs. `/healthz/ready`: 200 once every promise of `ready` has resolved, 503
 *   before and while stopping; `details` (such as the status of the bus) are added to the body only.
 * - While 500 requests wait for a response, further requests get 503 (`overloaded`) at once. Open streams do not count.
 * - On SIGTERM or SIGINT: accepts no more requests, closes `streams`, finishes the requests in flight, then runs `close` in
 *   order. Exits with status 1 when that takes longer than 10 s.
 */
export async function serve(app: RequestListener | undefined, options: Options): Promise<void> {
  const { host, port, log } = options;
  const state: State = { isReady: false, isDraining: false, inFlight: new Set() };
  if (!register.getSingleMetric('process_cpu_seconds_total')) collectDefaultMetrics();
  void Promise.all(options.ready).then(() => {
    state.isReady = true;
    log.info('ready');
  });

  const server = createHttpServer(app, state, options.details);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  log.info({ port: (server.address() as { port: number }).port }, 'listening');

  const signal = await new Promise<string>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, resolve);
  });
  log.info({ signal }, 'stopping');
  await stop(server, state, options);
  log.info('stopped');
}

function createHttpServer(
  app: RequestListener | undefined,
  state: State,
  details: Options['details'],
): Server {
  const { inFlight } = state;
  const server = createServer(serverOptions, (req, res) => {
    if (refuseByProtocol(req, res)) return;
    if (handleProbe(req, res, state, details)) return;
    if (!app) {
      sendPlainError(req, res, 404, { message: 'Page not found', code: 'not_found' });
      return;
    }
    if (isFull(inFlight)) {
      res.setHeader('Retry-After', '1');
      const message = 'We are very busy right now. Please try again in a moment.';
      sendPlainError(req, res, 503, { message, code: 'overloaded' });
      return;
    }
    inFlight.add(res);
    res.once('close', () => {
      inFlight.delete(res);
      // Headers sent before the shutdown had no `Connection: close`, so the proxy would keep this connection open.
      if (state.isDraining) server.closeIdleConnections();
    });
    if (state.isDraining) res.setHeader('Connection', 'close');
    app(req, res);
  });
  answerProtocolErrors(server);
  server.keepAliveTimeout = 75_000; // longer than that of the proxies in front
  server.headersTimeout = 80_000;
  return server;
}

/** Responds to health checks and metrics requests. @returns whether the request was one of them. */
function handleProbe(
  req: IncomingMessage,
  res: ServerResponse,
  { isReady, isDraining }: State,
  details: Options['details'],
): boolean {
  if (req.url === '/healthz/live') sendJson(req, res, 200, { status: 'live' });
  else if (req.url === '/healthz/ready')
    sendJson(req, res, isReady && !isDraining ? 200 : 503, {
      status: isDraining ? 'draining' : isReady ? 'ready' : 'starting',
      ...details?.(),
    });
  else if (req.url === '/metrics')
    void register.metrics().then((text) => {
      res.writeHead(200, { 'Content-Type': register.contentType }).end(text);
    });
  else return false;
  return true;
}

function isFull(inFlight: Set<ServerResponse>): boolean {
  if (inFlight.size < MAX_PENDING) return false;
  let pending = 0;
  for (const res of inFlight) if (!res.headersSent) pending += 1;
  return pending >= MAX_PENDING;
}

async function stop(server: Server, state: State, { log, streams = [], close }: Options): Promise<void> {
  state.isDraining = true;
  for (const res of state.inFlight) if (!res.headersSent) res.setHeader('Connection', 'close');
  setTimeout(() => {
    log.error('shutdown timed out');
    process.exit(1);
  }, DRAIN_MS).unref();
  const closed = new Promise((resolve) => server.close(resolve));
  for (const stream of streams) await stream.close();
  server.closeIdleConnections();
  await closed;
  for (const closeNext of close)
    await closeNext().catch((err: unknown) => {
      log.warn({ err }, 'close failed during shutdown');
    });
}
