import { randomUUID } from 'node:crypto';
import { Agent, createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { createProxyServer } from 'httpxy';
import { matchRoute } from './routes.ts';
import type { Route } from './routes.ts';

/** Silence after which a backend counts as gone; event streams send a comment every 15 s. */
const SILENCE_MS = 60_000;
/** How long a backend that refused a connection is passed over where there is another. */
const AVOID_MS = 1_000;

/** Answers of the programs to the machinery around them, never to the public. */
const PRIVATE = /^\/+(healthz|metrics)(\/|$)/i;

export type Targets = Record<string, string[]>;

/** The one public door, as the cluster's ingress: each path to the service the manifests name, in turn to its replicas. */
export function createRouter({ routes, targets }: { routes: Route[]; targets: Targets }): Server {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 256, timeout: 30_000 });
  const proxy = createProxyServer({ agent, proxyTimeout: SILENCE_MS });
  const turns = new Map<string, number>();
  const avoided = new Map<string, number>();

  function choose(service: string, not: string[]): string | undefined {
    const all = (targets[service] ?? []).filter((target) => !not.includes(target));
    const good = all.filter((target) => (avoided.get(target) ?? 0) < Date.now());
    const turn = (turns.get(service) ?? 0) + 1;
    turns.set(service, turn);
    const from = good.length > 0 ? good : all;
    return from[turn % from.length];
  }

  function forward(req: IncomingMessage, res: ServerResponse, service: string, tried: string[]) {
    const target = choose(service, tried);
    if (!target) return unavailable(req, res);
    proxy.web(req, res, { target }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') avoided.set(target, Date.now() + AVOID_MS);
      if (res.headersSent || res.destroyed) return void res.destroy();
      // A request without a body is still whole in our hands, so another replica may answer it.
      const again = req.method === 'GET' || req.method === 'HEAD';
      if (again && tried.length < 2) return forward(req, res, service, [...tried, target]);
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
  // Only `next dev` speaks over WebSockets.
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

/** The path as the backend may understand it: decoded and without dots, so that no spelling slips past a rule. */
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
      message: 'This part of the shop is away, please try again',
      code: 'unavailable',
    });
  }
  res.writeHead(503, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' });
  res.end(page);
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

const page = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="2"><title>One moment</title>
<body style="font:1.1rem/1.5 system-ui;max-width:32rem;margin:20vh auto;padding:0 1rem">
<h1>One moment, please</h1><p>The shop is starting or coming back. This page tries again by itself.</p></body></html>
`;
