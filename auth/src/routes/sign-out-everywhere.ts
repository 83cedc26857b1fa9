import type { RequestHandler } from 'express';
import { noFields, requireUser, validate } from '@ticketing/common';
import { endAllSessions } from '../models/user.ts';
import type { SecurityLog } from '../security-log.ts';
import type { Sessions } from '../sessions.ts';

export function signOutEverywhere(sessions: Sessions, security: SecurityLog): RequestHandler {
  return async (req, res) => {
    const { id } = requireUser(req);
    await validate(noFields, req);
    sessions.endAll(req, await endAllSessions(id));
    security('sign_out_everywhere', req);
    res.json({});
  };
}
