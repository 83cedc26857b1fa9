import type { IncomingMessage } from 'node:http';
import { currentSession, isStoreUnavailable, prepareJson } from '@ticketing/common';
import type { PreparedResponse, Session, User as SessionUser } from '@ticketing/common';
import type { Request, RequestHandler } from 'express';
import { findUser, isEnded } from '../models/user.ts';
import { clearSession, startSession } from '../session-cookie.ts';
import { isRenewable } from '../tokens.ts';
import type { SigningKey } from '../tokens.ts';

/** Who is signed in, if anybody; keeps the session of somebody who is here going. */
export function showCurrentUser(signingKey: SigningKey): RequestHandler {
  return async (req, res) => {
    const session = currentSession(req);
    const user = session && isRenewable(session) ? await renew(req, session, signingKey) : session?.user;
    res.json(answer(user));
  };
}

/** The same without a detour, for who is signed in with a token that need not be renewed, or sent no cookie. */
export function prepareCurrentUser(
  req: IncomingMessage,
  readSession: (req: IncomingMessage) => Session | undefined,
): PreparedResponse | undefined {
  if (req.url !== '/api/users/currentuser') return undefined;
  if (!req.headers.cookie) return prepareJson(JSON.stringify(answer(undefined)));
  const session = readSession(req);
  if (!session || isRenewable(session)) return undefined;
  return prepareJson(JSON.stringify(answer(session.user)));
}

function answer(user: SessionUser | undefined) {
  return { currentUser: user ? { id: user.id, email: user.email } : null };
}

/** Asks the database, not only what was heard, before a token lives on. */
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
    if (!isStoreUnavailable(error)) throw error; // the token is still good, the next request renews it
  }
  return session.user;
}
