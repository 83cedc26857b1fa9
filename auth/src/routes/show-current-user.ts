import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler } from 'express';
import type { PreparedResponse, SessionReader, User as SessionUser } from '@ticketing/common';
import { currentSession, isStoreUnavailable, prepareJson } from '@ticketing/common';
import type { EmailCache } from '../email-cache.ts';
import type { Sessions } from '../sessions.ts';
import { isRenewable } from '../tokens.ts';

/** Returns the user who is signed in, or null. Renews the token of an active session. */
export function showCurrentUser(sessions: Sessions, emails: EmailCache): RequestHandler {
  return async (req, res) => {
    const session = currentSession(req);
    const isActive = session && (!isRenewable(session) || (await renew(req, session.user, sessions)));
    const email = isActive ? await emails.read(session.user.id) : undefined;
    res.json(responseBody(session?.user, email));
  };
}

const path = '/api/users/currentuser';

/** The same response without Express, when there is no cookie, or no renewal and no read is needed. */
export function prepareCurrentUser(
  req: IncomingMessage,
  readSession: SessionReader,
  emails: EmailCache,
): PreparedResponse | undefined {
  if (req.url !== path) return undefined;
  if (!req.headers.cookie) return prepareJson(path, JSON.stringify(responseBody(undefined, undefined)));
  const session = readSession(req);
  const email = session && emails.get(session.user.id);
  if (!session || email === undefined || isRenewable(session)) return undefined;
  return prepareJson(path, JSON.stringify(responseBody(session.user, email)));
}

function responseBody(user: SessionUser | undefined, email: string | undefined) {
  if (!user || email === undefined) return { currentUser: null };
  return { currentUser: { id: user.id, email, ...(user.role && { role: user.role }) } };
}

/** A token whose session the database cannot confirm right now stays valid until it expires. */
async function renew(req: Request, session: SessionUser, sessions: Sessions): Promise<boolean> {
  try {
    return await sessions.renew(req, session);
  } catch (error) {
    if (!isStoreUnavailable(error)) throw error;
    return true;
  }
}
