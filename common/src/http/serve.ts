import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Logger } from 'pino';
import { collectDefaultMetrics, register } from 'prom-client';
import { countInLog, flushLogCounts } from '../log-counter.ts';
import { flushSecurityLog } from '../security-log.ts';
import { admitLater, countOverload, overloaded } from './admission.ts';
import { requestId, sendJson, sendPlainError } from './plain-response.ts';
import { answerProtocolErrors, refuseByProtocol, serverOptions } from './protocol-errors.ts';
import { recordRequest } from './request-metrics.ts';
import type { ConnectionLimits } from './slow-requests.ts';
import {
  connectionLimits,
  deadlineOptions,
  hasBody,
  limitConnections,
  limitUnfinished,
  refusePipelined,
} from './slow-requests.ts';

const DRAIN_MS = 10_000;
/**
 * How often the delay of the event loop is measured; its metrics include this time, and the panel names it. The default, 10 ms,
 * took two fifths of the CPU of a service without requests.
 */
const EVENT_LOOP_MS = 50;
const MAX_PENDING = 500;

type Options = {
  host: string;
  port: number;
  log: Logger;
  limits?: ConnectionLimits | undefined;
  ready: Promise<unknown>[];
  details?: () => Record<string, unknown>;
  streams?: { close(): Promise<unknown> }[];
  close: (() => Promise<unknown>)[];
};

type State = {
  isReady: boolean;
  isDraining: boolean;
  /** Every response that has not ended. */
  inFlight: Set<ServerResponse>;
  /** Those of complete requests, in other words those that this process works on. */
  waiting: Set<ServerResponse>;
};

/**
 * Serves `app`, health checks and metrics until SIGTERM or SIGINT; resolves when everything is closed. Rejects when it
 * cannot listen.
 * - `/healthz/live`: 200 while the event loop runs. `/healthz/ready`: 200 once every promise of `ready` has resolved, 503
 *   before and while stopping; `details` (such as the status of the bus) are added to the body only.
 * - While 500 complete requests wait for a response, further requests get 503 (`overloaded`) at once. Open streams do not
 *   count, nor do requests whose body has not arrived.
 * - A request whose headers or body are late, and connections above the limit of a client, are closed: see `limits` and
 *   slow-requests.ts.
 * - On SIGTERM or SIGINT: accepts no more requests, closes `streams`, finishes the requests in flight, then runs `close` in
 *   order. Exits with status 1 when that takes longer than 10 s.
 */
export async function serve(app: RequestListener | undefined, options: Options): Promise<void> {
  const { host, port, log } = options;
  const state: State = { isReady: false, isDraining: false, inFlight: new Set(), waiting: new Set() };
  if (!register.getSingleMetric('process_cpu_seconds_total'))
    collectDefaultMetrics({ eventLoopMonitoringPrecision: EVENT_LOOP_MS });
  void Promise.all(options.ready).then(() => {
    state.isReady = true;
    log.info('ready');
  });

  const server = createHttpServer(app, state, options);
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
  { log, details, limits = connectionLimits }: Options,
): Server {
  const { inFlight } = state;
  const countUnfinished = limitUnfinished(limits);
  const server = createServer({ ...serverOptions, ...deadlineOptions(limits) }, (req, res) => {
    if (refusePipelined(req, res) || refuseByProtocol(req, res)) return;
    if (handleProbe(req, res, state, details)) return;
    const startedAt = performance.now();
    res.once('close', () => {
      recordRequest(req, res, startedAt);
      inFlight.delete(res);
      // Headers sent before the shutdown had no `Connection: close`, so the proxy would keep this connection open.
      if (state.isDraining) server.closeIdleConnections();
    });
    if (!app) {
      sendPlainError(req, res, 404, { message: 'Page not found', code: 'not_found' });
      return;
    }
    const isAdmitted = () => startWaiting(state, res);
    if (hasBody(req) ? isFull(state) : !isAdmitted()) {
      countOverload();
      res.setHeader('Retry-After', '1');
      sendPlainError(req, res, 503, overloaded);
      const fields = { status: 503, code: overloaded.code, requestId: requestId(req), method: req.method };
      countInLog(log, `503 ${overloaded.code}`, 'requests failed', fields);
      return;
    }
    if (hasBody(req)) admitLater(req, isAdmitted);
    countUnfinished(req);
    inFlight.add(res);
    if (state.isDraining) res.setHeader('Connection', 'close');
    app(req, res);
  });
  answerProtocolErrors(server);
  limitConnections(server, limits);
  server.keepAliveTimeout = 75_000; // longer than that of the proxies in front
  return server;
}

/** Counts a complete request. @returns false, and counts nothing, when too many wait. */
function startWaiting(state: State, res: ServerResponse): boolean {
  if (isFull(state)) return false;
  state.waiting.add(res);
  res.once('close', () => state.waiting.delete(res));
  return true;
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

function isFull({ waiting }: State): boolean {
  if (waiting.size < MAX_PENDING) return false;
  let pending = 0;
  for (const res of waiting) if (!res.headersSent) pending += 1;
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
  flushLogCounts(log);
  flushSecurityLog(log);
}
