import type { RequestHandler } from 'express';
import type { Outbox } from '@ticketing/common';
import { rawText, requireUser, validate, ValidationError } from '@ticketing/common';
import { endAllSessions, publicUser } from '../models/user.ts';
import { newPassword } from '../new-password.ts';
import type { PasswordChecker } from '../password-checker.ts';
import { startSession } from '../session-cookie.ts';
import type { SigningKey } from '../tokens.ts';

const fields = { currentPassword: rawText({ min: 1, max: 1000, name: 'Current password' }), newPassword };

/** Ends all other sessions, because someone else may know the old password. */
export function changePassword(
  checker: PasswordChecker,
  signingKey: SigningKey,
  outbox: Outbox,
): RequestHandler {
  return async (req, res) => {
    const { email } = requireUser(req);
    const body = await validate<{ currentPassword: string; newPassword: string }>(fields, req);
    const checked = await checker.check(email, body.currentPassword, req.ip ?? 'unknown');
    if (!checked) throw wrongPassword();
    const passwordHash = await checker.hash(body.newPassword);
    const user = await endAllSessions(checked._id, (current) => {
      if (current.passwordHash !== checked.passwordHash) throw wrongPassword(); // changed by another request since the check
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
