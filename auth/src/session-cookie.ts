import { HttpError } from '@ticketing/common';
import type { Request, RequestHandler } from 'express';
import { signToken } from './tokens.ts';
import type { SigningKey } from './tokens.ts';
import type { User } from './models/user.ts';

/** Puts a session into the answer's cookie: a new one, or that of `sid` going on. */
export function startSession(req: Request, signingKey: SigningKey, user: User, sid?: string): void {
  req.session = { jwt: signToken(signingKey, user, sid) };
}

export function clearSession(req: Request): void {
  req.session = null;
}

/**
 * Stands before the routes whose answer is nothing without its cookie: a secure cookie cannot be set over plain HTTP,
 * and cookie-session would leave it out without a word.
 */
export function needsCookie(cookieSecure: boolean): RequestHandler {
  return (req, _res, next) => {
    if (cookieSecure && !req.secure)
      throw new HttpError(400, 'Sign in over HTTPS', { code: 'https_required' });
    next();
  };
}
