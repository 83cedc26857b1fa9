import type { RequestHandler } from 'express';
import { email, HttpError, rawText, TooManyRequestsError, validate } from '@ticketing/common';
import { callerOf } from '../caller.ts';
import { publicUser } from '../models/user.ts';
import type { PasswordChecker } from '../password-checker.ts';
import type { SecurityLog } from '../security-log.ts';
import type { Sessions } from '../sessions.ts';

const fields = {
  email: email('Email must be valid'),
  password: rawText({ min: 1, max: 1000, name: 'Password' }),
};

export function signIn(checker: PasswordChecker, sessions: Sessions, security: SecurityLog): RequestHandler {
  return async (req, res) => {
    const typed = String((req.body as { email?: unknown } | undefined)?.email);
    const { email, password } = await validate<{ email: string; password: string }>(fields, req);
    const user = await checker.check({ email, typed }, password, callerOf(req)).catch((error: unknown) => {
      if (error instanceof TooManyRequestsError) security('locked_out', req, { email });
      throw error;
    });
    if (!user) {
      security('sign_in_failed', req, { email });
      throw new HttpError(400, 'Wrong e-mail address or password', { code: 'invalid_credentials' });
    }
    await sessions.start(req, user);
    security('sign_in', req, { userId: user._id, email });
    res.json(publicUser(user));
  };
}
