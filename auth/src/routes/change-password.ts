import { ValidationError, rawText, requireUser, validate } from '@ticketing/common';
import type { Outbox } from '@ticketing/common';
import type { RequestHandler } from 'express';
import type { PasswordGate } from '../gate.ts';
import { endAllSessions, publicUser } from '../models/user.ts';
import { newPassword } from '../new-password.ts';
import { startSession } from '../session-cookie.ts';
import type { SigningKey } from '../tokens.ts';

const passwords = { currentPassword: rawText({ min: 1, max: 1000, name: 'Current password' }), newPassword };

/** Ends all other sessions: whoever knew the old password is out. */
export function changePassword(gate: PasswordGate, signingKey: SigningKey, outbox: Outbox): RequestHandler {
  return async (req, res) => {
    const { email } = requireUser(req);
    const given = await validate<{ currentPassword: string; newPassword: string }>(passwords, req);
    const checked = await gate.check(email, given.currentPassword, req.ip ?? 'unknown');
    if (!checked) throw wrongPassword();
    const passwordHash = await gate.hash(given.newPassword);
    const user = await endAllSessions(checked._id, (current) => {
      if (current.passwordHash !== checked.passwordHash) throw wrongPassword(); // changed meanwhile
      return { passwordHash };
    });
    outbox.flush(user);
    startSession(req, signingKey, user);
    res.json(publicUser(user));
  };
}

function wrongPassword() {
  return new ValidationError([
    { message: 'The current password is wrong', field: 'currentPassword', code: 'invalid_credentials' },
  ]);
}
