import type { RequestHandler } from 'express';
import { canonicalEmail, isId, NotFoundError, pathId, text, validate } from '@ticketing/common';
import { publicConduct } from '../../models/seller.ts';
import type { User } from '../../models/user.ts';
import { findByEmail, findUser, publicUser } from '../../models/user.ts';

type Deps = { maxSellerRefunds: number };

const fields = { q: text({ name: 'q', max: 254 }) };

/** Finds accounts by an id or an e-mail address. */
export function findAccounts({ maxSellerRefunds }: Deps): RequestHandler {
  return async (req, res) => {
    const { q } = await validate<{ q: string }>(fields, req, 'query');
    const byId = isId(q) ? await findUser({ _id: q }) : null;
    const found = byId ? [byId] : await findByEmail({ email: canonicalEmail(q) ?? q, typed: q });
    res.json(found.map((user) => accountForOperators(user, maxSellerRefunds)));
  };
}

export function showAccount({ maxSellerRefunds }: Deps): RequestHandler {
  return async (req, res) => {
    const id = pathId(req);
    const user = id && (await findUser({ _id: id }));
    if (!user) throw new NotFoundError('User');
    res.json(accountForOperators(user, maxSellerRefunds));
  };
}

/** An account as operators see it: never the hash of its password or its networks. */
export function accountForOperators(user: User, maxSellerRefunds: number) {
  return {
    ...publicUser(user),
    version: user.version,
    createdAt: user.createdAt,
    role: user.role,
    suspendedAt: user.suspendedAt,
    suspensionReason: user.suspensionReason,
    sessionsEndedAt: user.sessionsEndedAt,
    selling: publicConduct(user, maxSellerRefunds),
  };
}
