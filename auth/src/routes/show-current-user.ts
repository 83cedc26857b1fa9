import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler } from 'express';
import type { PreparedResponse, Session, User as SessionUser } from '@ticketing/common';
import { currentSession, isStoreUnavailable, prepareJson } from '@ticketing/common';
import { findUser, isEnded } from '../models/user.ts';
import { clearSession, startSession } from '../session-cookie.ts';
import type { SigningKey } from '../tokens.ts';
import { isRenewable } from '../tokens.ts';

/** Returns the user who is signed in, or null. Renews the token of an active session. */
export function showCurrentUser(signingKey: SigningKey): RequestHandler {
  return async (req, res) => {
    const session = currentSession(req);
    const user = session && isRenewable(session) ? await renew(req, session, signingKey) : session?.user;
    res.json(responseBody(user));
  };
}

/** The same response without Express, when there is no cookie or the token needs no renewal. */
export function prepareCurrentUser(
  req: IncomingMessage,
  readSession: (req: IncomingMessage) => Session | undefined,
): PreparedResponse | undefined {
  if (req.url !== '/api/users/currentuser') return undefined;
  if (!req.headers.cookie) return prepareJson(JSON.stringify(responseBody(undefined)));
  const session = readSession(req);
  if (!session || isRenewable(session)) return undefined;
  return prepareJson(JSON.stringify(responseBody(session.user)));
}

function responseBody(user: SessionUser | undefined) {
  return { currentUser: user ? { id: user.id, email: user.email } : null };
}

/** Checks the session in the database too, because its session:ended event may not have arrived. */
async function renew(
  req: Request,
  session: Session,
  signingKey: SigningKey,
): Promise<SessionUser | undefined> {
  try {
    const user = await findUser({ _id: session.user.id });
    if (!user || isEnded(user, session.user)) {
      clearSession(req);
      return undefined;
    }
    startSession(req, signingKey, user, session.user.sid);
  } catch (error) {
    if (!isStoreUnavailable(error)) throw error; // the token is still valid, and the next request renews it
  }
  return session.user;
}
