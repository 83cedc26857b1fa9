import { createHash, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import jwt from 'jsonwebtoken';
import { LRUCache } from 'lru-cache';
import { NotAuthenticatedError } from './errors.ts';
import type { EventBus } from './event-bus.ts';

/** Who is signed in. `sid` is the session's id, `sessionVersion` the number of times all sessions were ended before it. */
export type User = { id: string; email: string; sid: string; sessionVersion: number };

/** A public key and the name (`kid`) that tokens call it by: its RFC 7638 thumbprint. */
export type PublicKey = { kid: string; key: KeyObject };

export const TOKEN_LIFETIME_MS = 12 * 60 * 60 * 1000;
const SESSION_COOKIE = 'session';

/** Options for cookie-session: the JWT inside is the signature, so the cookie itself is not signed. */
export function cookieOptions(secure: boolean) {
  return {
    name: SESSION_COOKIE,
    signed: false,
    httpOnly: true,
    sameSite: 'lax',
    secure,
    maxAge: 30 * 24 * 60 * 60 * 1000,
  } as const;
}

/** The RFC 7638 thumbprint of an RSA public key. */
export function thumbprint(key: KeyObject): string {
  const { e, kty, n } = key.export({ format: 'jwk' });
  return createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64url');
}

/** Reads one or several PEM blocks. Throws when there is none or one is broken. */
export function readPublicKeys(pem: string): PublicKey[] {
  const blocks = pem.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? [];
  if (blocks.length === 0) throw new Error('There is no PEM block of a public key');
  return blocks.map((block) => {
    const key = createPublicKey(block);
    return { kid: thumbprint(key), key };
  });
}

/** Which sessions are over before their token is; kept in memory, fed by `session:ended`. */
export type Revocations = {
  isRevoked(user: User): boolean;
  /** Resolves when everything that was ended before this process began is known. */
  replayed: Promise<void>;
  /** Calls back for each ending, for example to close open streams. */
  onEnded(listener: (ended: (user: User) => boolean) => void): void;
};

const REMEMBER_MANY = 1_000_000;
const REMEMBER_MS = TOKEN_LIFETIME_MS + 60 * 60 * 1000; // a token renewed while the news travelled lives a little longer

/** A map that forgets what is old, oldest first. Unlike an LRU cache it takes no room before there is something in it. */
class TtlMap<T> {
  private readonly entries = new Map<string, { value: T; until: number }>();

  get(key: string): T | undefined {
    return this.entries.get(key)?.value;
  }

  set(key: string, value: T): void {
    const now = Date.now();
    this.entries.delete(key);
    this.entries.set(key, { value, until: now + REMEMBER_MS });
    for (const [oldest, { until }] of this.entries) {
      if (until > now && this.entries.size <= REMEMBER_MANY) return;
      this.entries.delete(oldest);
    }
  }
}

/** Observes `session:ended` from one token lifetime back. */
export function observeRevocations(bus: EventBus): Revocations {
  const sids = new TtlMap<true>();
  const versions = new TtlMap<number>();
  const listeners: ((ended: (user: User) => boolean) => void)[] = [];
  const isRevoked = (user: User) =>
    sids.get(user.sid) === true || user.sessionVersion < (versions.get(user.id) ?? 0);
  const { replayed } = bus.observe(
    'session:ended',
    ({ userId, sid, sessionVersion }) => {
      if (sid) sids.set(sid, true);
      else versions.set(userId, Math.max(sessionVersion, versions.get(userId) ?? 0));
      for (const listener of listeners) listener(isRevoked);
    },
    { sinceMs: REMEMBER_MS },
  );
  return { isRevoked, replayed, onEnded: (listener) => listeners.push(listener) };
}

type Claims = { sub: string; email: string; sid: string; sv: number; iat: number; exp: number };
/** The user of a session and when the token was made and ends, in seconds since 1970. */
export type Session = { user: User; issuedAt: number; expiresAt: number };

/** Reads the session of a request, or undefined when nobody is signed in. */
export type SessionReader = (req: IncomingMessage) => Session | undefined;

const sessions = new WeakMap<IncomingMessage, Session>();

/**
 * Finds out who sends a request. An absent, broken, expired or revoked token means signed out, never an error.
 * Verified cookies are remembered until their token expires (at most 10,000); revocation is checked each time.
 */
export function sessionReader(
  publicKeys: PublicKey[],
  revocations: Pick<Revocations, 'isRevoked'>,
): SessionReader {
  const keys = new Map(publicKeys.map(({ kid, key }) => [kid, key]));
  const verified = new LRUCache<string, Session>({ max: 10_000 });

  function verify(cookie: string): Session | undefined {
    try {
      const { jwt: token } = JSON.parse(Buffer.from(cookie, 'base64').toString('utf8')) as { jwt: string };
      const header = jwt.decode(token, { complete: true })?.header;
      const key = keys.get(header?.kid ?? '');
      if (!key) return undefined;
      const claims = jwt.verify(token, key, { algorithms: ['RS256'] }) as unknown as Claims;
      return {
        user: { id: claims.sub, email: claims.email, sid: claims.sid, sessionVersion: claims.sv },
        issuedAt: claims.iat,
        expiresAt: claims.exp,
      };
    } catch {
      return undefined;
    }
  }

  return (req) => {
    const cookie = cookieValue(req.headers.cookie);
    if (!cookie) return undefined;
    let session = verified.get(cookie);
    if (!session) {
      session = verify(cookie);
      if (!session) return undefined;
      verified.set(cookie, session, { ttl: Math.max(1, session.expiresAt * 1000 - Date.now()) });
    }
    return revocations.isRevoked(session.user) ? undefined : session;
  };
}

function cookieValue(header: string | undefined): string | undefined {
  return header && /(?:^|; *)session=([^;]*)/.exec(header)?.[1];
}

/** Makes the session of each request available to `currentSession`, `currentUser` and `requireUser`. */
export function session(readSession: SessionReader): RequestHandler {
  return (req, _res, next) => {
    const found = readSession(req);
    if (found) sessions.set(req, found);
    next();
  };
}

export function currentSession(req: IncomingMessage): Session | undefined {
  return sessions.get(req);
}

export function currentUser(req: IncomingMessage): User | undefined {
  return sessions.get(req)?.user;
}

/** The signed-in user, or NotAuthenticatedError (401). */
export function requireUser(req: IncomingMessage): User {
  const user = currentUser(req);
  if (!user) throw new NotAuthenticatedError();
  return user;
}
