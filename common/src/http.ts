import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
import type { Request, RequestHandler } from 'express';
import { ForbiddenError, HttpError, UnavailableError } from './errors.ts';

const ids = new WeakMap<IncomingMessage, string>();

/** The id under which this request is known in logs, errors and answers. */
export function requestId(req: IncomingMessage): string {
  let id = ids.get(req);
  if (!id) {
    const given = req.headers['x-request-id'];
    id = typeof given === 'string' && /^[\w.-]{1,128}$/.test(given) ? given : randomUUID();
    ids.set(req, id);
  }
  return id;
}

/** The headers that every answer carries. */
export function commonHeaders(req: IncomingMessage, res: ServerResponse) {
  res.setHeader('X-Request-Id', requestId(req));
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('X-Content-Type-Options', 'nosniff');
}

const ANSWER_MS = 5_000;

/**
 * What stands before every route: common headers, an answer within 5 s (503 when a store keeps us waiting), and
 * changing requests only from our own pages. A browser names the page's origin in `Origin`; programs do not send it.
 */
export function edge({ publicOrigins }: { publicOrigins: string[] }): RequestHandler {
  return (req, res, next) => {
    commonHeaders(req, res);
    const { origin } = req.headers;
    if (origin && !safe.has(req.method) && !publicOrigins.includes(origin))
      throw new ForbiddenError(`Requests from ${origin} are not accepted`, 'origin_refused');
    const late = setTimeout(() => {
      if (!res.headersSent) next(new UnavailableError('This takes too long, please try again', 'timeout'));
    }, ANSWER_MS);
    res.once('close', () => {
      clearTimeout(late);
    });
    next();
  };
}
const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

const parse = express.json({ limit: '100kb' });

/** Parses a JSON body; 415 for any other kind of body, none at all is fine. */
export const jsonBody: RequestHandler = (req, res, next) => {
  const hasBody =
    req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
  if (hasBody && !req.is('application/json'))
    throw new HttpError(415, 'The body must be JSON (Content-Type: application/json)', {
      code: 'unsupported_media_type',
    });
  parse(req, res, (error?: unknown) => {
    next(error);
  });
};

/** Whether the resource's id in the path can be one at all; anything else is simply not there (404). */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{24}$/.test(value);
}

/** The named path parameter as an id, or undefined. */
export function pathId(req: Request, name = 'id'): string | undefined {
  const value = req.params[name];
  return isId(value) ? value : undefined;
}
