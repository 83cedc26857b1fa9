import type { RequestHandler } from 'express';
import type { Outbox } from '@ticketing/common';
import { currentUser, noFields, validate } from '@ticketing/common';
import { endSession } from '../models/user.ts';
import { clearSession } from '../session-cookie.ts';

/** Also clears the cookie of a client that is already signed out. */
export function signOut(outbox: Outbox): RequestHandler {
  return async (req, res) => {
    await validate(noFields, req);
    const user = currentUser(req);
    if (user) {
      const ended = await endSession(user.id, user.sid);
      if (ended) outbox.flush(ended);
    }
    clearSession(req);
    res.json({});
  };
}
