import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Agent, createServer } from 'node:http';
import type { Socket } from 'node:net';
import { createProxyServer } from 'httpxy';
import type { Route } from './routes.ts';
import { matchRoute } from './routes.ts';

/** A backend that sends nothing for this long is unavailable; event streams send a comment every 15 s. */
const PROXY_TIMEOUT_MS = 60_000;
/** How long to prefer other replicas over one that refused a connection. */
const AVOID_MS = 1_000;

/** Paths for probes and metrics, never public. */
const PRIVATE = /^\/+(healthz|metrics)(\/|$)/i;

export type Targets = Record<string, string[]>;

/** The only public address, like the ingress of the cluster: each path goes to its service, round robin over the replicas. */
export function createRouter({ routes, targets }: { routes: Route[]; targets: Targets }): Server {
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

  function forward(req: IncomingMessage, res: ServerResponse, service: string, tried: string[]) {
    const target = choose(service, tried);
    if (!target) return unavailable(req, res);
    proxy.web(req, res, { target }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') avoidedUntil.set(target, Date.now() + AVOID_MS);
      if (res.headersSent || res.destroyed) return void res.destroy();
      // A request without a body can be sent again, so another replica may answer it.
      const isRepeatable = req.method === 'GET' || req.method === 'HEAD';
      if (isRepeatable && tried.length < 2) return forward(req, res, service, [...tried, target]);
      unavailable(req, res);
    });
  }

  const server = createServer((req, res) => {
    const pathname = pathOf(req.url ?? '/');
    const route = pathname === undefined || PRIVATE.test(pathname) ? undefined : matchRoute(routes, pathname);
    if (!route) return notFound(req, res);
    Object.assign(req.headers, forwarded(req));
    forward(req, res, route.service, []);
  });
  // Only `next dev` uses WebSockets.
  server.on('upgrade', (req, socket, head) => {
    const target = choose('client-srv', []);
    if (target) proxy.ws(req, socket as Socket, { target }, head).catch(() => socket.destroy());
    else socket.destroy();
  });
  server.keepAliveTimeout = 65_000;
  server.requestTimeout = 60_000;
  server.on('close', () => agent.destroy());
  return server;
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
  const id = req.headers['x-request-id'];
  return {
    'x-forwarded-for': req.socket.remoteAddress ?? '',
    'x-forwarded-proto': 'http',
    'x-forwarded-host': req.headers.host ?? '',
    'x-request-id': typeof id === 'string' && id ? id : randomUUID(),
  };
}

function notFound(req: IncomingMessage, res: ServerResponse) {
  respond(req, res, 404, { message: 'Page not found', code: 'not_found' });
}

function unavailable(req: IncomingMessage, res: ServerResponse) {
  res.setHeader('Retry-After', '1');
  if (req.url?.startsWith('/api/')) {
    return respond(req, res, 503, {
      message: 'This part of the shop is unavailable. Please try again.',
      code: 'unavailable',
    });
  }
  res.writeHead(503, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' });
  res.end(unavailablePage);
}

function respond(
  req: IncomingMessage,
  res: ServerResponse,
  status: number,
  error: { message: string; code: string },
) {
  const id = req.headers['x-request-id'];
  const requestId = typeof id === 'string' && /^[\w.-]{1,128}$/.test(id) ? id : randomUUID();
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Request-Id': requestId,
  };
  res.writeHead(status, headers).end(JSON.stringify({ errors: [error], requestId }));
}

const unavailablePage = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="2"><title>One moment</title>
<body style="font:1.1rem/1.5 system-ui;max-width:32rem;margin:20vh auto;padding:0 1rem">
<h1>One moment, please</h1><p>The shop is starting or restarting. This page reloads automatically.</p></body></html>
`;
