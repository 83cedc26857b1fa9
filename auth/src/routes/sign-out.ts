import type { RequestHandler } from 'express';
import type { Sessions } from '../sessions.ts';

/** Also clears the cookie of a client that is already signed out. */
export function signOut(sessions: Sessions): RequestHandler {
  return async (req, res) => {
    await sessions.end(req);
    res.json({});
  };
}
