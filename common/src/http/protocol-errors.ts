/**
 * The requests that Node's HTTP server would refuse with an empty response, close without a word or leave without a
 * response. Both the services and the local router use this file, so it imports nothing but Node and its neighbor.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ErrorEntry } from './plain-response.ts';
import { sendPlainError } from './plain-response.ts';

const METHODS = 'GET, HEAD, POST, PUT, DELETE, OPTIONS';

const LINGER_MS = 1_000;

type Refusal = { status: number; error: ErrorEntry };

const methodRefused: Refusal = {
  status: 405,
  error: { message: 'This method is not supported', code: 'method_not_allowed' },
};
const malformed: Refusal = {
  status: 400,
  error: { message: 'The request is malformed', code: 'malformed_request' },
};
/** By the `code` of Node's parser errors (https://nodejs.org/api/http.html#event-clienterror). */
const parserErrors: Record<string, Refusal> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    error: { message: 'The address or the headers are too large', code: 'headers_too_large' },
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    error: { message: 'The chunk extensions are too large', code: 'body_too_large' },
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    error: { message: 'The request did not arrive in time', code: 'request_timeout' },
  },
};

/** Why no route may see this request, or undefined. */
export function protocolRefusal(req: IncomingMessage): Refusal | undefined {
  const { method, httpVersion, headers } = req;
  if (method === 'TRACE' || method === 'CONNECT') return methodRefused;
  // A response to HTTP/0.9 has no status line, so the client could take an error for the resource.
  if (httpVersion === '0.9') return malformed;
  if (headers.host === undefined && httpVersion === '1.1')
    return { status: 400, error: { message: 'The Host header is missing', code: 'malformed_request' } };
  // Some clients offer h2c with every request. RFC 9110 §7.8 lets a server ignore an offer; a WebSocket cannot go on.
  if (headers.upgrade !== undefined && headers.upgrade.toLowerCase() !== 'h2c')
    return { status: 501, error: { message: 'Upgrade is not supported', code: 'upgrade_not_supported' } };
  return undefined;
}

/** Sends the refusal of `protocolRefusal`. @returns whether the request was refused. */
export function refuseByProtocol(req: IncomingMessage, res: ServerResponse): boolean {
  const refusal = protocolRefusal(req);
  if (!refusal) return false;
  if (refusal.status === 405) res.setHeader('Allow', METHODS);
  res.setHeader('Connection', 'close');
  sendPlainError(req, res, refusal.status, refusal.error);
  return true;
}

/** Options of `createServer` that leave to `refuseByProtocol` what Node would refuse without a body. */
export const serverOptions = { requireHostHeader: false } as const;

/** Has a server respond in the format of docs/openapi.yaml where Node itself refuses a request. */
export function answerProtocolErrors(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (isUnused(error, socket)) socket.destroy();
    else if (error.code !== 'ECONNRESET' && socket.writable && !isResponding(socket))
      endWith(socket, parserErrors[error.code ?? ''] ?? malformed);
    else socket.destroy(error);
  });
  server.on('connect', (_req: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => undefined); // the client may be gone already
    endWith(socket, methodRefused);
  });
  server.on('checkExpectation', (req: IncomingMessage, res: ServerResponse) => {
    const message = 'Only "Expect: 100-continue" is supported';
    sendPlainError(req, res, 417, { message, code: 'expectation_failed' });
  });
}

/** Closes a little later: at once, the rest of the request could reset the connection before the client has read this. */
function endWith(socket: Duplex, refusal: Refusal): void {
  socket.end(rawResponse(refusal));
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

/** Whether a connection timed out without one byte: its client could take a 408 for the response to its next request. */
function isUnused({ code }: NodeJS.ErrnoException, socket: Duplex): boolean {
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' && (socket as Socket).bytesRead === 0;
}

/** Whether part of a response is sent, which other bytes would corrupt. Node's own handler reads the same field. */
function isResponding(socket: Duplex): boolean {
  return (socket as { _httpMessage?: ServerResponse })._httpMessage?.headersSent ?? false;
}

/** There is no request yet, so the id is always a new one. */
function rawResponse({ status, error }: Refusal): string {
  const requestId = randomUUID();
  const body = JSON.stringify({ errors: [error], requestId });
  const headers = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    ...(status === 405 ? [`Allow: ${METHODS}`] : []),
    'Connection: close',
  ];
  return `${headers.join('\r\n')}\r\n\r\n${body}`;
}
