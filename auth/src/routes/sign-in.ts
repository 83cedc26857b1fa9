import { HttpError, email, rawText, validate } from '@ticketing/common';
import type { RequestHandler } from 'express';
import type { PasswordGate } from '../gate.ts';
import { publicUser } from '../models/user.ts';
import { startSession } from '../session-cookie.ts';
import type { SigningKey } from '../tokens.ts';

const credentials = {
  email: email('Email must be valid'),
  password: rawText({ min: 1, max: 1000, name: 'Password' }),
};

export function signIn(gate: PasswordGate, signingKey: SigningKey): RequestHandler {
  return async (req, res) => {
    const { email, password } = await validate<{ email: string; password: string }>(credentials, req);
    const user = await gate.check(email, password, req.ip ?? 'unknown');
    if (!user) throw new HttpError(400, 'Wrong e-mail address or password', { code: 'invalid_credentials' });
    startSession(req, signingKey, user);
    res.json(publicUser(user));
  };
}
