import type { RequestHandler } from 'express';
import { NotFoundError, rawText, requireUser, validate, ValidationError } from '@ticketing/common';
import { callerOf } from '../caller.ts';
import { assertNotSuspended } from '../models/suspension.ts';
import { endAllSessions, findUser, publicUser } from '../models/user.ts';
import { assertUnlikeEmail, newPassword } from '../new-password.ts';
import type { PasswordChecker } from '../password-checker.ts';
import type { SecurityLog } from '../security-log.ts';
import type { Sessions } from '../sessions.ts';

const fields = { currentPassword: rawText({ min: 1, max: 1000, name: 'Current password' }), newPassword };

/** Ends all other sessions, because someone else may know the old password. */
export function changePassword(
  checker: PasswordChecker,
  sessions: Sessions,
  security: SecurityLog,
): RequestHandler {
  return async (req, res) => {
    const { id } = requireUser(req);
    const body = await validate<{ currentPassword: string; newPassword: string }>(fields, req);
    const checked = await findUser({ _id: id });
    if (!checked) throw new NotFoundError('User');
    assertUnlikeEmail(body.newPassword, checked.email, 'newPassword');
    const caller = callerOf(req);
    if (!(await checker.checkInSession(checked, body.currentPassword, caller))) {
      security('password_change_failed', req);
      throw wrongPassword();
    }
    const passwordHash = await checker.hashForChange(body.newPassword, caller);
    const user = await endAllSessions(id, (current) => {
      assertNotSuspended(current); // since the request began
      if (current.passwordHash !== checked.passwordHash) throw wrongPassword(); // changed by another request since the check
      return { passwordHash };
    });
    sessions.restart(req, user);
    security('password_changed', req);
    res.json(publicUser(user));
  };
}

function wrongPassword() {
  return new ValidationError([
    { message: 'The current password is wrong', field: 'currentPassword', code: 'invalid_credentials' },
  ]);
}
