/** How the router sends requests to the replicas of the services. */
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { Agent } from 'node:http';
import type { Socket } from 'node:net';
import { createProxyServer } from 'httpxy';
import { isSafe, sendPlainError } from '../../../common/src/http/plain-response.ts';
import { whenComplete } from '../../../common/src/http/slow-requests.ts';
import { isApi } from './routes.ts';

/** A response that has started may be silent for this long; event streams send a comment every 15 s. */
const PROXY_TIMEOUT_MS = 60_000;
/** When to give up on a service whose response has not started: the client has the 503 10 s after its request is complete. */
const ANSWER_WITHIN_MS = 9_000;
/** How long to prefer other replicas over one that refused a connection. */
const AVOID_MS = 1_000;

/** The addresses of the replicas by service. */
export type Targets = Record<string, string[]>;

type Attempt = { tried: string[]; wasSent: boolean; limit: TimeLimit };

/** Sends each request to a replica of its service, round robin. */
export function createForwarder({
  targets,
  answerWithinMs = ANSWER_WITHIN_MS,
}: {
  targets: Targets;
  answerWithinMs?: number | undefined;
}) {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 256, timeout: 30_000 });
  const proxy = createProxyServer({ agent, proxyTimeout: PROXY_TIMEOUT_MS });
  const replicas = createReplicas(targets);
  const timeLimits = new WeakMap<IncomingMessage, TimeLimit>();
  proxy.on('proxyReq', (proxyReq, req) => timeLimits.get(req)?.endsRequest(proxyReq));
  proxy.on('proxyRes', (_proxyRes, req) => timeLimits.get(req)?.clear());

  function tryReplica(req: IncomingMessage, res: ServerResponse, service: string, attempt: Attempt) {
    const { tried, wasSent, limit } = attempt;
    const target = replicas.choose(service, tried);
    if (!target) return unavailable(req, res, wasSent);
    proxy.web(req, res, { target }).catch((error: NodeJS.ErrnoException) => {
      const isRefused = error.code === 'ECONNREFUSED';
      if (isRefused || limit.isOver()) replicas.avoid(target);
      if (res.headersSent || res.destroyed) return void res.destroy();
      const next = { tried: [...tried, target], wasSent: wasSent || !isRefused, limit };
      // A request without a body can be sent again, so another replica may answer it.
      const isRepeatable = (req.method === 'GET' || req.method === 'HEAD') && !limit.isOver();
      if (isRepeatable && tried.length < 2) return tryReplica(req, res, service, next);
      unavailable(req, res, next.wasSent);
    });
  }

  return {
    forward(req: IncomingMessage, res: ServerResponse, service: string): void {
      const limit = timeLimit(answerWithinMs);
      timeLimits.set(req, limit);
      whenComplete(req, () => limit.start());
      res.once('close', () => limit.clear());
      tryReplica(req, res, service, { tried: [], wasSent: false, limit });
    },
    /** Forwards a WebSocket. */
    upgrade(req: IncomingMessage, socket: Socket, head: Buffer, service: string): void {
      const target = replicas.choose(service, []);
      if (target) proxy.ws(req, socket, { target }, head).catch(() => socket.destroy());
      else socket.destroy();
    },
    close: () => agent.destroy(),
  };
}

function createReplicas(targets: Targets) {
  const turns = new Map<string, number>();
  const avoidedUntil = new Map<string, number>();
  return {
    choose(service: string, exclude: string[]): string | undefined {
      const all = (targets[service] ?? []).filter((target) => !exclude.includes(target));
      const preferred = all.filter((target) => (avoidedUntil.get(target) ?? 0) < Date.now());
      const turn = (turns.get(service) ?? 0) + 1;
      turns.set(service, turn);
      const candidates = preferred.length > 0 ? preferred : all;
      return candidates[turn % candidates.length];
    },
    avoid(target: string): void {
      avoidedUntil.set(target, Date.now() + AVOID_MS);
    },
  };
}

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
