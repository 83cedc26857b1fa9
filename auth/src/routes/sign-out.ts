import type { RequestHandler } from 'express';
import { noFields, validate } from '@ticketing/common';
import type { Sessions } from '../sessions.ts';

/** Also clears the cookie of a client that is already signed out. */
export function signOut(sessions: Sessions): RequestHandler {
  return async (req, res) => {
    await validate(noFields, req);
    await sessions.end(req);
    res.json({});
  };
}
