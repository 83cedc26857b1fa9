import type { RequestHandler } from 'express';
import { email, HttpError, rawText, validate } from '@ticketing/common';
import { publicUser } from '../models/user.ts';
import type { PasswordChecker } from '../password-checker.ts';
import { startSession } from '../session-cookie.ts';
import type { SigningKey } from '../tokens.ts';

const fields = {
  email: email('Email must be valid'),
  password: rawText({ min: 1, max: 1000, name: 'Password' }),
};

export function signIn(checker: PasswordChecker, signingKey: SigningKey): RequestHandler {
  return async (req, res) => {
    const { email, password } = await validate<{ email: string; password: string }>(fields, req);
    const user = await checker.check(email, password, req.ip ?? 'unknown');
    if (!user) throw new HttpError(400, 'Wrong e-mail address or password', { code: 'invalid_credentials' });
    startSession(req, signingKey, user);
    res.json(publicUser(user));
  };
}
