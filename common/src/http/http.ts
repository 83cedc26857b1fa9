import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
import type { Request, RequestHandler } from 'express';
import { HttpError } from '../errors.ts';

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
