import { email, validate } from '@ticketing/common';
import type { RequestHandler } from 'express';
import type { PasswordGate } from '../gate.ts';
import { addUser, publicUser } from '../models/user.ts';
import { newPassword } from '../new-password.ts';
import { startSession } from '../session-cookie.ts';
import type { SigningKey } from '../tokens.ts';

const newUser = { email: email('Email must be valid'), password: newPassword };

export function signUp(gate: PasswordGate, signingKey: SigningKey): RequestHandler {
  return async (req, res) => {
    const { email, password } = await validate<{ email: string; password: string }>(newUser, req);
    const user = await addUser(email, await gate.hash(password));
    startSession(req, signingKey, user);
    res.status(201).json(publicUser(user));
  };
}
