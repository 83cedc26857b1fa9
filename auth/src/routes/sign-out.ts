import { currentUser } from '@ticketing/common';
import type { Outbox } from '@ticketing/common';
import type { RequestHandler } from 'express';
import { endSession } from '../models/user.ts';
import { clearSession } from '../session-cookie.ts';

/** Being signed out already is no error: the cookie goes in any case. */
export function signOut(outbox: Outbox): RequestHandler {
  return async (req, res) => {
    const user = currentUser(req);
    if (user) {
      const ended = await endSession(user.id, user.sid);
      if (ended) outbox.flush(ended);
    }
    clearSession(req);
    res.json({});
  };
}
