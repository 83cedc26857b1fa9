import type { RequestHandler } from 'express';
import {
  email,
  idempotencyKeyReused,
  readIdempotencyKey,
  validate,
  ValidationError,
} from '@ticketing/common';
import type { Caller } from '../caller.ts';
import { callerOf } from '../caller.ts';
import type { User } from '../models/user.ts';
import { addUser, findUser, publicUser } from '../models/user.ts';
import { assertUnlikeEmail, newPassword } from '../new-password.ts';
import type { PasswordChecker } from '../password-checker.ts';
import type { SecurityLog } from '../security-log.ts';
import type { Sessions } from '../sessions.ts';

const fields = { email: email('Email must be valid'), password: newPassword };
type Credentials = { email: string; password: string };

export function signUp(
  checker: PasswordChecker,
  sessions: Sessions,
  networkId: (address: string) => string,
  security: SecurityLog,
): RequestHandler {
  return async (req, res) => {
    const credentials = await validate<Credentials>(fields, req);
    const { email, password } = credentials;
    assertUnlikeEmail(password, email, 'password');
    const key = readIdempotencyKey(req, { email })?.key;
    const caller = callerOf(req);
    const passwordHash = await checker.hashForSignUp(password, caller);
    const network = networkId(caller.address);
    const created = await addUser(email, passwordHash, { signUpKey: key, network });
    const user = created ?? (await repeatedSignUp(caller, key, credentials, checker));
    await sessions.start(req, user);
    security(created ? 'sign_up' : 'sign_in', req, { userId: user._id, email });
    res.status(created ? 201 : 200).json(publicUser(user));
  };
}

/**
 * The account of an earlier sign-up with the same key, e-mail address and password. The password is compared with its
 * hash, as signing in does and with the same limit of failures: a digest of the parameters would be easier to guess from.
 */
async function repeatedSignUp(
  caller: Caller,
  signUpKey: string | undefined,
  { email, password }: Credentials,
  checker: PasswordChecker,
): Promise<User> {
  const user = signUpKey === undefined ? null : await findUser({ emailKey: email, signUpKey });
  if (!user) throw new ValidationError([{ message: 'Email in use', field: 'email', code: 'email_taken' }]);
  if (!(await checker.checkSignUp(user, password, caller))) throw idempotencyKeyReused();
  return user;
}
