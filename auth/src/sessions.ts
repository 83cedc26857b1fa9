import type { Request } from 'express';
import type { AllSessionsReader, Outbox, Revocations, User as SessionUser } from '@ticketing/common';
import type { Devices } from './devices.ts';
import { endedSessions, storeEndedSession, toEnded } from './models/ended-session.ts';
import { assertNotSuspended } from './models/suspension.ts';
import type { User } from './models/user.ts';
import { allSessionsEnded, findUser } from './models/user.ts';
import { clearSession, setToken } from './session-cookie.ts';
import type { SigningKey } from './tokens.ts';
import { signToken } from './tokens.ts';

/**
 * Starts, renews and ends sessions. A request that starts one has its device remembered, and so has one that ends all of
 * them: the account forgets every other device then.
 */
export type Sessions = {
  /**
   * Starts a session of the user, and ends those whose cookies came with the request. Throws ForbiddenError
   * (`account_suspended`).
   */
  start(req: Request, user: User): Promise<void>;
  /** Gives the session a new token, or clears the cookie of one that has ended. @returns whether it continues. */
  renew(req: Request, session: SessionUser): Promise<boolean>;
  /** Ends every session whose cookie came with the request, and clears the cookie. */
  end(req: Request): Promise<void>;
  /** Publishes that all sessions of another user ended (see `endAllSessions`). */
  publishAllEnded(user: User): void;
  /** Publishes that all sessions of the user ended, and clears the cookie. */
  endAll(req: Request, user: User): void;
  /** Publishes that all sessions of the user ended, and starts a new one. */
  restart(req: Request, user: User): void;
};

export function createSessions(deps: {
  signingKey: SigningKey;
  /** The outboxes of users and of ended sessions. */
  outbox: Outbox;
  sessionOutbox: Outbox;
  revocations: Pick<Revocations, 'record'>;
  readSession: AllSessionsReader;
  devices: Pick<Devices, 'remember'>;
}): Sessions {
  const { signingKey, outbox, sessionOutbox, revocations, readSession, devices } = deps;

  async function endSession(user: SessionUser) {
    const ended = await storeEndedSession(user);
    if (!ended) return;
    revocations.record(toEnded(ended));
    sessionOutbox.flush(ended);
  }

  /** All of them: after the first one, the next valid cookie of the request would be the session. */
  async function endCurrent(req: Request) {
    await Promise.all(readSession.all(req).map(({ user }) => endSession(user)));
  }

  function publishAllEnded(user: User) {
    revocations.record(allSessionsEnded(user));
    outbox.flush(user);
  }

  return {
    publishAllEnded,
    async start(req, user) {
      assertNotSuspended(user);
      await endCurrent(req);
      setToken(req, signToken(signingKey, user));
      devices.remember(req, user);
    },
    async renew(req, session) {
      const user = await activeUser(session);
      if (user) setToken(req, signToken(signingKey, user, session.sid));
      else clearSession(req);
      return user !== undefined;
    },
    async end(req) {
      await endCurrent(req);
      clearSession(req);
    },
    endAll(req, user) {
      publishAllEnded(user);
      clearSession(req);
      devices.remember(req, user);
    },
    restart(req, user) {
      publishAllEnded(user);
      setToken(req, signToken(signingKey, user));
      devices.remember(req, user);
    },
  };
}

/** The user of a session, unless it has ended. */
async function activeUser(session: SessionUser): Promise<User | undefined> {
  const [user, ended] = await Promise.all([
    findUser({ _id: session.id }),
    endedSessions.findOne({ _id: session.sid }),
  ]);
  return user && !ended && session.sessionVersion >= user.sessionVersion ? user : undefined;
}
