import type { RequestHandler } from 'express';
import { currentUser, noFields, validate } from '@ticketing/common';
import type { SecurityLog } from '../security-log.ts';
import type { Sessions } from '../sessions.ts';

/** Also clears the cookie of a client that is already signed out. */
export function signOut(sessions: Sessions, security: SecurityLog): RequestHandler {
  return async (req, res) => {
    await validate(noFields, req);
    await sessions.end(req);
    if (currentUser(req)) security('sign_out', req);
    res.json({});
  };
}
