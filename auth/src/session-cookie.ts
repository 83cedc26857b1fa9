import type { Request, RequestHandler } from 'express';
import { HttpError } from '@ticketing/common';
import type { User } from './models/user.ts';
import type { SigningKey } from './tokens.ts';
import { signToken } from './tokens.ts';

/** Sets the session cookie: of a new session, or of the session `sid` with a new token. */
export function startSession(req: Request, signingKey: SigningKey, user: User, sid?: string): void {
  req.session = { jwt: signToken(signingKey, user, sid) };
}

export function clearSession(req: Request): void {
  req.session = null;
}

/** Returns 400 over plain HTTP when cookies are secure: cookie-session would omit such a cookie without an error. */
export function requireHttps(cookieSecure: boolean): RequestHandler {
  return (req, _res, next) => {
    if (cookieSecure && !req.secure)
      throw new HttpError(400, 'Sign in over HTTPS', { code: 'https_required' });
    next();
  };
}
