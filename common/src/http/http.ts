import type { Request, RequestHandler } from 'express';
import express from 'express';
import { HttpError } from '../errors.ts';
import { admit } from './admission.ts';
import { hasBody } from './slow-requests.ts';

const parse = express.json({ limit: '100kb' });

/**
 * Parses a JSON body of up to 100 kB. Throws HttpError 415 for a body of another type, and passes on UnavailableError
 * (503, `overloaded`) when too many requests wait for a response once the body is complete; no body is allowed.
 */
export const jsonBody: RequestHandler = (req, res, next) => {
  if (hasBody(req) && !req.is('application/json'))
    throw new HttpError(415, 'The body must be JSON (Content-Type: application/json)', {
      code: 'unsupported_media_type',
    });
  parse(req, res, (error?: unknown) => {
    next(error ?? admit(req));
  });
};

/** Reads a body of any type as a Buffer of up to `limit`, such as `256kb`; otherwise like `jsonBody`. */
export function rawBody(limit: string): RequestHandler {
  const read = express.raw({ type: () => true, limit });
  return (req, res, next) => {
    read(req, res, (error?: unknown) => {
      next(error ?? admit(req));
    });
  };
}

/** Whether `value` has the form of an id: 24 lower-case hex digits. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{24}$/.test(value);
}

/** The path parameter `name` if it has the form of an id, else undefined: no resource can have that id (404). */
export function pathId(req: Request, name = 'id'): string | undefined {
  const value = req.params[name];
  return isId(value) ? value : undefined;
}
