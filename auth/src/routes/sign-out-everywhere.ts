import type { RequestHandler } from 'express';
import type { Outbox } from '@ticketing/common';
import { noFields, requireUser, validate } from '@ticketing/common';
import { endAllSessions } from '../models/user.ts';
import { clearSession } from '../session-cookie.ts';

export function signOutEverywhere(outbox: Outbox): RequestHandler {
  return async (req, res) => {
    const { id } = requireUser(req);
    await validate(noFields, req);
    const user = await endAllSessions(id);
    outbox.flush(user);
    clearSession(req);
    res.json({});
  };
}
