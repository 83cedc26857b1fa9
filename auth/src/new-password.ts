import type { Field } from '@ticketing/common';
import { custom, textProblem } from '@ticketing/common';
import { weakness } from './password.ts';

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
