/**
 * Limits for clients that send slowly or hold many connections. Both the services and the local router use this file, so
 * it imports nothing but Node and its neighbors.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { clientAddress, clientKey } from './client-address.ts';

/** How slow clients may be, and how many connections one of them may hold. */
export type ConnectionLimits = {
  /** The time for the headers, from the first byte of a request, or from the connection. */
  headersMs: number;
  /** The time for the headers and the body, from the same moment. */
  bodyMs: number;
  /** How long a connection lives on which nothing moves: the client does not read its response. Event streams have heartbeats. */
  stalledMs: number;
  /** See `limitConnections` and `limitUnfinished`. */
  maxPerAddress: number;
  /** The number of proxies in front; see `clientAddress`. */
  trustProxy: number;
};

export const connectionLimits: ConnectionLimits = {
  headersMs: 5_000,
  bodyMs: 10_000,
  stalledMs: 60_000,
  maxPerAddress: 256,
  trustProxy: 0,
};

/** Options of `createServer` by which Node closes the connection of a late request: 408 by `answerProtocolErrors`. */
export function deadlineOptions({ headersMs, bodyMs }: Pick<ConnectionLimits, 'headersMs' | 'bodyMs'>) {
  return {
    headersTimeout: Math.min(headersMs, bodyMs),
    requestTimeout: bodyMs,
    connectionsCheckingInterval: Math.min(1_000, headersMs), // Node's default is 30 s
  };
}

/** Whether a request has a body (RFC 9112 §6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Groups in order of arrival, one for each client. */
class Groups<T> {
  private readonly groups = new Map<string, Set<T>>();

  /** Returns the group, which includes `member` now. */
  add(key: string, member: T): Set<T> {
    const group = this.groups.get(key) ?? new Set();
    this.groups.set(key, group.add(member));
    return group;
  }

  delete(key: string, member: T): void {
    const group = this.groups.get(key);
    group?.delete(member);
    if (group?.size === 0) this.groups.delete(key);
  }
}

/**
 * Closes stalled connections, and keeps at most `maxPerAddress` of one peer. One more closes the oldest of the peer that
 * is idle, whose request is incomplete or whose response the client does not read, so that a visitor gets in while someone
 * behind the same address holds slow ones; when there is none, it is closed itself. Behind a proxy, where every connection
 * has the proxy's address, their number has no limit.
 */
export function limitConnections(
  server: Server,
  { stalledMs, maxPerAddress, trustProxy }: ConnectionLimits,
): void {
  server.setTimeout(stalledMs);
  if (trustProxy > 0) return;
  const connections = new Groups<Socket>();
  const busy = new Set<Socket>();

  server.on('connection', (socket: Socket) => {
    const key = clientKey(socket.remoteAddress ?? '');
    const group = connections.add(key, socket);
    socket.once('close', () => {
      connections.delete(key, socket);
      busy.delete(socket);
    });
    if (group.size <= maxPerAddress) return;
    for (const oldest of group)
      if (!busy.has(oldest) || oldest.writableLength > 0) {
        connections.delete(key, oldest); // before its `close` event, or the next one would find it again
        oldest.destroy();
        return;
      }
  });
  server.on('request', (req, res) => {
    const { socket } = req;
    whenComplete(req, () => {
      if (!res.writableFinished) busy.add(socket); // else Node drained a body that no one read
    });
    res.once('close', () => busy.delete(socket));
  });
}

/**
 * At most `maxPerAddress` requests of one client whose body is incomplete: one more closes the connection of the oldest.
 * Unlike `limitConnections`, this holds behind a proxy too.
 */
export function limitUnfinished({
  maxPerAddress,
  trustProxy,
}: Pick<ConnectionLimits, 'maxPerAddress' | 'trustProxy'>): (req: IncomingMessage) => void {
  const unfinished = new Groups<IncomingMessage>();
  return (req) => {
    if (!hasBody(req)) return;
    const key = clientKey(clientAddress(req, trustProxy));
    const group = unfinished.add(key, req);
    const remove = () => unfinished.delete(key, req);
    req.once('end', remove).once('close', remove);
    const [oldest] = group;
    if (group.size <= maxPerAddress || !oldest) return;
    unfinished.delete(key, oldest);
    oldest.socket.destroy();
  };
}

/** Requests on one connection without a response. Browsers and proxies send one at a time. */
const MAX_PIPELINED = 8;
const unanswered = new WeakMap<Socket, number>();

/**
 * Closes a connection with more than 8 requests that wait for a response (pipelining, RFC 9112 §9.3.2): all of them are
 * worked on at once, so a few connections would be a flood. @returns whether the connection is closed.
 */
export function refusePipelined({ socket }: IncomingMessage, res: ServerResponse): boolean {
  if (socket.destroyed) return true; // Node still emits the requests that have arrived
  const count = (unanswered.get(socket) ?? 0) + 1;
  if (count > MAX_PIPELINED) {
    socket.destroy();
    return true;
  }
  unanswered.set(socket, count);
  res.once('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1));
  return false;
}

/** Calls `run` when the body has arrived and been read: at once for a request without a body. */
export function whenComplete(req: IncomingMessage, run: () => void): void {
  if (hasBody(req)) req.once('end', run);
  else run();
}
