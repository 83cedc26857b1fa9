import type { KeyObject } from 'node:crypto';
import { createHash, createPublicKey, hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import jwt from 'jsonwebtoken';
import { LRUCache } from 'lru-cache';
import { ForbiddenError, NotAuthenticatedError } from './errors.ts';
import type { EventBus } from './event-bus.ts';

/**
 * A signed-in user. `sid` is the session's id; `sessionVersion` is how many times the user's sessions had all been ended
 * when this one started. Granting or revoking a role ends all sessions, so `role` is never out of date.
 */
export type User = { id: string; sid: string; sessionVersion: number; role?: Role };

/** What a user may do besides buying and selling. */
export type Role = 'operator';

/** A public key and its key id (`kid`) in tokens: the RFC 7638 thumbprint. */
export type PublicKey = { kid: string; key: KeyObject };

export const TOKEN_LIFETIME_MS = 12 * 60 * 60 * 1000;
/** Longer than any cookie of auth, which has about 800 characters: a limit for the memory that cached cookies take. */
const MAX_COOKIE_LENGTH = 2_048;

/**
 * The name of the session cookie. Browsers accept `__Host-` only on a Secure cookie with `Path=/` and without `Domain`, so
 * that no other host of the domain can set it (RFC 6265bis, section 4.1.3.2). Elsewhere a name that no other program
 * on the same host uses.
 */
export function sessionCookieName(secure: boolean): string {
  return secure ? '__Host-session' : 'encore-session';
}

/** Options for cookie-session. The JWT inside is signed, so the cookie itself is not. */
export function cookieOptions(secure: boolean) {
  return {
    name: sessionCookieName(secure),
    signed: false,
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure,
    maxAge: 30 * 24 * 60 * 60 * 1000,
  } as const;
}

/** The RFC 7638 thumbprint of an RSA public key. */
export function thumbprint(key: KeyObject): string {
  const { e, kty, n } = key.export({ format: 'jwk' });
  return createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64url');
}

/** Reads one or more PEM blocks. Throws when there is none, or when one is malformed. */
export function readPublicKeys(pem: string): PublicKey[] {
  const blocks = pem.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? [];
  if (blocks.length === 0) throw new Error('no PEM block of a public key found');
  return blocks.map((block) => {
    const key = createPublicKey(block);
    return { kid: thumbprint(key), key };
  });
}

/** One session (`sid`) ended, or, when `sid` is null, every session of the user older than `sessionVersion`. */
export type EndedSession = { userId: string; sid: string | null; sessionVersion: number };

/** The sessions that ended before their token expired; kept in memory, updated by `session:ended`. */
export type Revocations = {
  /** Records an ended session that became known otherwise than by `session:ended`. */
  record(ended: EndedSession): void;
  isRevoked(user: User): boolean;
  /** Resolves when every session that ended before this process started is known. */
  replayed: Promise<void>;
  /** Calls `listener` each time sessions end, for example to close open streams. */
  onEnded(listener: (isRevoked: (user: User) => boolean) => void): void;
};

const MAX_ENTRIES = 1_000_000;
const TTL_MS = TOKEN_LIFETIME_MS + 60 * 60 * 1000; // longer: a token can be renewed before `session:ended` arrives

/** A map that drops its oldest entries after a time or above a size. Unlike an LRU cache, it allocates nothing in advance. */
class TtlMap<T> {
  private readonly entries = new Map<string, { value: T; until: number }>();

  get(key: string): T | undefined {
    return this.entries.get(key)?.value;
  }

  set(key: string, value: T): void {
    const now = Date.now();
    this.entries.delete(key);
    this.entries.set(key, { value, until: now + TTL_MS });
    for (const [oldest, { until }] of this.entries) {
      if (until > now && this.entries.size <= MAX_ENTRIES) return;
      this.entries.delete(oldest);
    }
  }
}

/** Observes `session:ended`, starting one token lifetime ago. */
export function observeRevocations(bus: EventBus): Revocations {
  const sids = new TtlMap<true>();
  const versions = new TtlMap<number>();
  const listeners: ((isRevoked: (user: User) => boolean) => void)[] = [];
  const isRevoked = (user: User) =>
    sids.get(user.sid) === true || user.sessionVersion < (versions.get(user.id) ?? 0);
  const record = ({ userId, sid, sessionVersion }: EndedSession) => {
    if (sid) sids.set(sid, true);
    else versions.set(userId, Math.max(sessionVersion, versions.get(userId) ?? 0));
    for (const listener of listeners) listener(isRevoked);
  };
  const { replayed } = bus.observe('session:ended', record, { sinceMs: TTL_MS });
  return { record, isRevoked, replayed, onEnded: (listener) => listeners.push(listener) };
}

type Claims = { sub: string; sid: string; sv: number; role?: Role; iat: number; exp: number };
/** The user of a session, and when its token was issued and expires, in seconds since 1970. */
export type Session = { user: User; issuedAt: number; expiresAt: number };

/** Returns the session of a request, or undefined when the request has no valid one. */
export type SessionReader = (req: IncomingMessage) => Session | undefined;

/** A SessionReader that can also return every valid session of a request, for example to end all of them. */
export type AllSessionsReader = SessionReader & { all(req: IncomingMessage): Session[] };

const sessions = new WeakMap<IncomingMessage, Session>();

/**
 * Verifies the session cookie of requests. A missing, malformed, expired or revoked token means signed out, never an
 * error. A browser can send several cookies of one name (RFC 6265, section 5.4: of other paths, or set by another host of
 * the domain): every one is tried, and the first valid one wins. Caches up to 10,000 verified cookies until their token
 * expires, by their SHA-256; revocation is checked on every request. `secure` is whether auth sets Secure cookies: it
 * decides the name.
 */
export function sessionReader(
  publicKeys: PublicKey[],
  revocations: Pick<Revocations, 'isRevoked'>,
  secure: boolean,
): AllSessionsReader {
  const name = sessionCookieName(secure);
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
        user: {
          id: claims.sub,
          sid: claims.sid,
          sessionVersion: claims.sv,
          ...(claims.role === 'operator' && { role: claims.role }),
        },
        issuedAt: claims.iat,
        expiresAt: claims.exp,
      };
    } catch {
      return undefined;
    }
  }

  function read(cookie: string): Session | undefined {
    // Not the cookie itself: it is part of the header in memory, so each entry would keep up to 16 kB of a client's choice.
    const key = hash('sha256', cookie, 'base64url');
    let session = verified.get(key);
    if (!session) {
      session = verify(cookie);
      if (!session) return undefined;
      verified.set(key, session, { ttl: Math.max(1, session.expiresAt * 1000 - Date.now()) });
    }
    return revocations.isRevoked(session.user) ? undefined : session;
  }

  function* validSessions(req: IncomingMessage): Generator<Session, undefined> {
    for (const cookie of cookieValues(req.headers.cookie, name)) {
      const session = cookie.length <= MAX_COOKIE_LENGTH ? read(cookie) : undefined;
      if (session) yield session;
    }
  }

  return Object.assign((req: IncomingMessage) => validSessions(req).next().value, {
    all: (req: IncomingMessage) => [...validSessions(req)],
  });
}

/** The values of all cookies of this name, in the order of the Cookie header. */
export function cookieValues(header: string | undefined, name: string): string[] {
  if (!header) return [];
  const prefix = `${name}=`;
  return header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(prefix))
    .map((pair) => pair.slice(prefix.length));
}

/** Makes the session of each request available to `currentSession`, `currentUser` and `requireUser`. */
export function session(readSession: SessionReader): RequestHandler {
  return (req, _res, next) => {
    const found = readSession(req);
    if (found) sessions.set(req, found);
    next();
  };
}

/** The session of the request, or undefined when it is signed out. */
export function currentSession(req: IncomingMessage): Session | undefined {
  return sessions.get(req);
}

/** The signed-in user, or undefined. */
export function currentUser(req: IncomingMessage): User | undefined {
  return sessions.get(req)?.user;
}

/** The signed-in user. Throws NotAuthenticatedError (401) when the request is signed out. */
export function requireUser(req: IncomingMessage): User {
  const user = currentUser(req);
  if (!user) throw new NotAuthenticatedError();
  return user;
}

/** The signed-in operator. Throws NotAuthenticatedError (401), or ForbiddenError (403, `operator_required`). */
export function requireOperator(req: IncomingMessage): User {
  const user = requireUser(req);
  if (user.role !== 'operator') throw new ForbiddenError('Only operators may do this', 'operator_required');
  return user;
}
