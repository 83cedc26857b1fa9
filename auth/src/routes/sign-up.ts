import type { RequestHandler } from 'express';
import { email, validate } from '@ticketing/common';
import { addUser, publicUser } from '../models/user.ts';
import { newPassword } from '../new-password.ts';
import type { PasswordChecker } from '../password-checker.ts';
import { startSession } from '../session-cookie.ts';
import type { SigningKey } from '../tokens.ts';

const fields = { email: email('Email must be valid'), password: newPassword };

export function signUp(checker: PasswordChecker, signingKey: SigningKey): RequestHandler {
  return async (req, res) => {
    const { email, password } = await validate<{ email: string; password: string }>(fields, req);
    const user = await addUser(email, await checker.hash(password));
    startSession(req, signingKey, user);
    res.status(201).json(publicUser(user));
  };
}
