import type { RequestHandler } from 'express';
import { email, HttpError, rawText, validate } from '@ticketing/common';
import { publicUser } from '../models/user.ts';
import type { PasswordChecker } from '../password-checker.ts';
import type { Sessions } from '../sessions.ts';

const fields = {
  email: email('Email must be valid'),
  password: rawText({ min: 1, max: 1000, name: 'Password' }),
};

export function signIn(checker: PasswordChecker, sessions: Sessions): RequestHandler {
  return async (req, res) => {
    const typed = String((req.body as { email?: unknown } | undefined)?.email);
    const { email, password } = await validate<{ email: string; password: string }>(fields, req);
    const user = await checker.check({ email, typed }, password, req.ip ?? 'unknown');
    if (!user) throw new HttpError(400, 'Wrong e-mail address or password', { code: 'invalid_credentials' });
    await sessions.start(req, user);
    res.json(publicUser(user));
  };
}
