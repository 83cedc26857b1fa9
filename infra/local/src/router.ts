import type { ClientRequest, IncomingMessage, Server, ServerResponse } from 'node:http';
import { Agent, createServer } from 'node:http';
import type { Socket } from 'node:net';
import { createProxyServer } from 'httpxy';
import { isSafe, requestId, sendPlainError } from '../../../common/src/http/plain-response.ts';
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
  whenComplete,
} from '../../../common/src/http/slow-requests.ts';
import type { Route } from './routes.ts';
import { matchRoute } from './routes.ts';

/** A response that has started may be silent for this long; event streams send a comment every 15 s. */
const PROXY_TIMEOUT_MS = 60_000;
/** When to give up on a service whose response has not started: the client has the 503 10 s after its request is complete. */
const ANSWER_WITHIN_MS = 9_000;
/** How long to prefer other replicas over one that refused a connection. */
const AVOID_MS = 1_000;

/** Paths for probes and metrics, never public. */
const PRIVATE = /^\/+(healthz|metrics)(\/|$)/i;

export type Targets = Record<string, string[]>;

/** The only public address, like the ingress of the cluster: each path goes to its service, round robin over the replicas. */
export function createRouter({
  routes,
  targets,
  webSockets = false,
  answerWithinMs = ANSWER_WITHIN_MS,
  limits = connectionLimits,
}: {
  routes: Route[];
  targets: Targets;
  /** Only `next dev` uses them. */
  webSockets?: boolean;
  answerWithinMs?: number;
  limits?: ConnectionLimits;
}): Server {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 256, timeout: 30_000 });
  const proxy = createProxyServer({ agent, proxyTimeout: PROXY_TIMEOUT_MS });
  const turns = new Map<string, number>();
  const avoidedUntil = new Map<string, number>();

  function choose(service: string, exclude: string[]): string | undefined {
    const all = (targets[service] ?? []).filter((target) => !exclude.includes(target));
    const preferred = all.filter((target) => (avoidedUntil.get(target) ?? 0) < Date.now());
    const turn = (turns.get(service) ?? 0) + 1;
    turns.set(service, turn);
    const candidates = preferred.length > 0 ? preferred : all;
    return candidates[turn % candidates.length];
  }

  function forward(req: IncomingMessage, res: ServerResponse, service: string, attempt: Attempt) {
    const target = choose(service, attempt.tried);
    if (!target) return unavailable(req, res, attempt.wasSent);
    proxy.web(req, res, { target }).catch((error: NodeJS.ErrnoException) => {
      const isRefused = error.code === 'ECONNREFUSED';
      if (isRefused || attempt.isOver()) avoidedUntil.set(target, Date.now() + AVOID_MS);
      if (res.headersSent || res.destroyed) return void res.destroy();
      const next = { ...attempt, tried: [...attempt.tried, target], wasSent: attempt.wasSent || !isRefused };
      // A request without a body can be sent again, so another replica may answer it.
      const isRepeatable = (req.method === 'GET' || req.method === 'HEAD') && !attempt.isOver();
      if (isRepeatable && attempt.tried.length < 2) return forward(req, res, service, next);
      unavailable(req, res, next.wasSent);
    });
  }

  const timeLimits = new WeakMap<IncomingMessage, TimeLimit>();
  proxy.on('proxyReq', (proxyReq, req) => timeLimits.get(req)?.endsRequest(proxyReq));
  proxy.on('proxyRes', (_proxyRes, req) => timeLimits.get(req)?.clear());

  const server = createServer({ ...serverOptions, ...deadlineOptions(limits) }, (req, res) => {
    if (refuseByProtocol(req, res)) return;
    toOriginForm(req);
    delete req.headers.expect; // Node has sent `100 Continue` to the client already
    const pathname = pathOf(req.url ?? '/');
    const route = pathname === undefined || PRIVATE.test(pathname) ? undefined : matchRoute(routes, pathname);
    // The last resort is the client, whose pages are no answer to a program.
    if (!route || (route.path === '/' && isApi(pathname ?? ''))) return notFound(req, res);
    Object.assign(req.headers, forwarded(req));
    const limit = timeLimit(answerWithinMs);
    timeLimits.set(req, limit);
    whenComplete(req, () => limit.start());
    res.once('close', () => limit.clear());
    forward(req, res, route.service, { tried: [], wasSent: false, isOver: () => limit.isOver() });
  });
  answerProtocolErrors(server);
  limitConnections(server, limits);
  if (webSockets)
    server.on('upgrade', (req, socket, head) => {
      const target = choose('client-srv', []);
      if (target) proxy.ws(req, socket as Socket, { target }, head).catch(() => socket.destroy());
      else socket.destroy();
    });
  server.keepAliveTimeout = 65_000;
  server.on('close', () => agent.destroy());
  return server;
}

type Attempt = { tried: string[]; wasSent: boolean; isOver: () => boolean };

type TimeLimit = ReturnType<typeof timeLimit>;

/**
 * Ends the request to a backend when its response has not started in time; one that has started may take longer. Starts
 * when the body has arrived, whose own time limit the server has.
 */
function timeLimit(ms: number) {
  let over = false;
  let isCleared = false;
  let current: ClientRequest | undefined;
  let timer: NodeJS.Timeout | undefined;
  return {
    isOver: () => over,
    start() {
      if (isCleared) return;
      timer = setTimeout(() => {
        over = true;
        current?.destroy();
      }, ms);
    },
    clear() {
      isCleared = true;
      clearTimeout(timer);
    },
    endsRequest(proxyReq: ClientRequest) {
      current = proxyReq;
    },
  };
}

/** RFC 9112 §3.2.2: a server accepts `GET http://host/path`, and takes the host from there and not from Host. */
function toOriginForm(req: IncomingMessage) {
  const { url = '/' } = req;
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return;
  const { host, pathname, search } = new URL(url);
  req.url = pathname + search;
  req.headers.host = host;
}

function isApi(path: string): boolean {
  return path === '/api' || path.startsWith('/api/');
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

function notFound(req: IncomingMessage, res: ServerResponse) {
  sendPlainError(req, res, 404, { message: 'Page not found', code: 'not_found' });
}

const unavailableService = {
  message: 'This part of the shop is unavailable. Please try again.',
  code: 'unavailable',
};
const unknownOutcome = {
  message: 'We could not confirm this in time. It may have worked: please check before you try again.',
  code: 'outcome_unknown',
};

/** `wasSent`: the service may have received the request and acted on it. */
function unavailable(req: IncomingMessage, res: ServerResponse, wasSent: boolean) {
  res.setHeader('Retry-After', '1');
  if (isApi(req.url ?? '')) {
    const mayHaveWorked = wasSent && !isSafe(req);
    sendPlainError(req, res, 503, mayHaveWorked ? unknownOutcome : unavailableService);
    return;
  }
  res.writeHead(503, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' });
  res.end(unavailablePage);
}

const unavailablePage = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="2"><title>One moment</title>
<body style="font:1.1rem/1.5 system-ui;max-width:32rem;margin:20vh auto;padding:0 1rem">
<h1>One moment, please</h1><p>The shop is starting or restarting. This page reloads automatically.</p></body></html>
`;
