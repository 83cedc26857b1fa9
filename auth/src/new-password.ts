import type { Field } from '@ticketing/common';
import { textProblem, ValidationError } from '@ticketing/common';
import { likeness, weakness } from './password.ts';

/** The field of a request that sets a password. Its error message is the reason that `weakness` returns. */
export const newPassword: Field = (value) => {
  if (typeof value !== 'string') return { problem: 'Password must be text' };
  const isWellFormed = textProblem(value) !== 'surrogate';
  const problem = isWellFormed ? weakness(value) : 'Password contains half of a character';
  return problem ? { problem } : { value };
};

/** Throws ValidationError for the field of a new password that is like the e-mail address of its account; see `likeness`. */
export function assertUnlikeEmail(password: string, email: string, field: string): void {
  const message = likeness(password, email);
  if (message) throw new ValidationError([{ message, field }]);
}
