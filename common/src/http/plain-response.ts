/** What a response has in common whether Express, Node's own server or the local router sends it. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** One entry of an error body; `code` is for programs, `message` is for people. */
export type ErrorEntry = { message: string; code: string };

const ids = new WeakMap<IncomingMessage, string>();

/** The id of this request in logs and responses: the `X-Request-Id` header if it is well-formed, else a new UUID. */
export function requestId(req: IncomingMessage): string {
  let id = ids.get(req);
  if (!id) {
    const given = req.headers['x-request-id'];
    id = typeof given === 'string' && /^[\w.-]{1,128}$/.test(given) ? given : randomUUID();
    ids.set(req, id);
  }
  return id;
}

/** Whether the method changes nothing (RFC 9110 §9.2.1). */
export function isSafe({ method = '' }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

/** Sets the headers of every response. */
export function commonHeaders(req: IncomingMessage, res: ServerResponse) {
  res.setHeader('X-Request-Id', requestId(req));
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('X-Content-Type-Options', 'nosniff');
}

/** Sends a JSON body with the common headers, without Express. */
export function sendJson(req: IncomingMessage, res: ServerResponse, status: number, body: object): void {
  commonHeaders(req, res);
  res.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

/** Sends an error in the format of docs/openapi.yaml, without Express. */
export function sendPlainError(
  req: IncomingMessage,
  res: ServerResponse,
  status: number,
  error: ErrorEntry,
): void {
  sendJson(req, res, status, { errors: [error], requestId: requestId(req) });
}
