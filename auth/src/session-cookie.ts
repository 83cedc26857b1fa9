import type { Request, RequestHandler } from 'express';
import { HttpError } from '@ticketing/common';

/** Sets the session cookie. */
export function setToken(req: Request, jwt: string): void {
  req.session = { jwt };
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
