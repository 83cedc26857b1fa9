import type { KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { Session } from '@ticketing/common';
import { idTimestampMs, newId, TOKEN_LIFETIME_MS } from '@ticketing/common';
import type { User } from './models/user.ts';

const HOUR = 60 * 60 * 1000;
const RENEW_AFTER_MS = HOUR;
const SESSION_LIFETIME_MS = 30 * 24 * HOUR;

export type SigningKey = { kid: string; key: KeyObject };

/** Signs a token for a session. The timestamp in `sid` is the start of the session. */
export function signToken({ kid, key }: SigningKey, user: User, sid = newId(), now = Date.now()): string {
  const end = Math.min(now + TOKEN_LIFETIME_MS, sessionEnd(sid));
  const claims = {
    sub: user._id,
    sid,
    sv: user.sessionVersion,
    ...(user.role && { role: user.role }),
    iat: Math.floor(now / 1000),
    exp: Math.floor(end / 1000),
  };
  return jwt.sign(claims, key, { algorithm: 'RS256', keyid: kid });
}

/** Whether to replace a session's token: after an hour, unless the token already lasts until the session ends. */
export function isRenewable({ user, issuedAt, expiresAt }: Session, now = Date.now()): boolean {
  return now - issuedAt * 1000 > RENEW_AFTER_MS && expiresAt * 1000 < sessionEnd(user.sid);
}

function sessionEnd(sid: string): number {
  return idTimestampMs(sid) + SESSION_LIFETIME_MS;
}
