import type { Field } from '@ticketing/common';
import { custom, textProblem, ValidationError } from '@ticketing/common';
import { likeness, weakness } from './password.ts';

const isText = custom((value) => typeof value === 'string', 'Password must be text');

/** The field of a request that sets a password. Its error message is the reason that `weakness` returns. */
export const newPassword: Field = {
  chain: (name, from) =>
    isText
      .chain(name, from)
      .bail()
      .custom((password: string) => {
        const isWellFormed = textProblem(password) !== 'surrogate';
        const reason = isWellFormed ? weakness(password) : 'Password contains half of a character';
        if (reason) throw new Error(reason);
        return true;
      }),
};

/** Throws ValidationError for the field of a new password that is like the e-mail address of its account; see `likeness`. */
export function assertUnlikeEmail(password: string, email: string, field: string): void {
  const message = likeness(password, email);
  if (message) throw new ValidationError([{ message, field }]);
}
