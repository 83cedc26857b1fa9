import { type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import onHeaders from 'on-headers';
import { cookieValues, derivedKey, keyedHash } from '@ticketing/common';
import type { User } from './models/user.ts';

/** A browser on which someone signed in: a random id, and a proof for each of the accounts, the latest last. */
export type Device = { id: string; proofs: string[] };

type Account = Pick<User, '_id' | 'sessionVersion'>;

/** Recognizes the devices on which users signed in, by a signed cookie. */
export type Devices = {
  /** The device that a Cookie header names. Whether that is true, `knows` says for each account. */
  read(cookies: string | undefined): Device | undefined;
  /** Whether the user signed in on this device since all sessions of the account last ended. */
  knows(device: Device | undefined, user: Account): boolean;
  /** Has the response set the cookie by which this device is known to the account. */
  remember(req: Request, user: Account): void;
  /** Sends that cookie; goes before cookie-session, so that the session cookie remains the first of a response. */
  middleware: RequestHandler;
};

const MAX_ACCOUNTS = 5;
const YEAR_MS = 365 * 24 * 60 * 60 * 1000;
/** 22 characters of base64url have 132 bits. */
const FORM = /^[\w-]{22}(\.[\w-]{22}){1,5}$/;

/** `secure` is whether cookies are Secure, which decides the name too, as that of the session cookie. */
export function createDevices(signingKey: KeyObject, secure: boolean): Devices {
  const hash = keyedHash(derivedKey(signingKey, 'known devices'));
  const name = secure ? '__Host-device' : 'encore-device';
  const options = { httpOnly: true, sameSite: 'lax', path: '/', secure, maxAge: YEAR_MS } as const;
  const remembered = new WeakMap<Request, Device>();

  function proofOf(id: string, { _id, sessionVersion }: Account): string {
    return hash(`${id}:${_id}:${sessionVersion}`);
  }

  function read(cookies: string | undefined): Device | undefined {
    const value = cookieValues(cookies, name).find((value) => FORM.test(value));
    const [id, ...proofs] = value?.split('.') ?? [];
    return id === undefined ? undefined : { id, proofs };
  }

  return {
    read,
    knows(device, user) {
      if (!device) return false;
      const proof = Buffer.from(proofOf(device.id, user));
      return device.proofs.some((given) => timingSafeEqual(Buffer.from(given), proof));
    },
    remember(req, user) {
      const { id, proofs } = read(req.headers.cookie) ?? {
        id: randomBytes(17).toString('base64url').slice(0, 22),
        proofs: [],
      };
      const proof = proofOf(id, user);
      const others = proofs.filter((other) => other !== proof);
      remembered.set(req, { id, proofs: [...others, proof].slice(-MAX_ACCOUNTS) });
    },
    middleware(req, res, next) {
      onHeaders(res, () => {
        const device = remembered.get(req);
        if (device) res.cookie(name, [device.id, ...device.proofs].join('.'), options);
      });
      next();
    },
  };
}
