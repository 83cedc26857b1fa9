import { custom } from '@ticketing/common';
import type { Field } from '@ticketing/common';
import { weakness } from './password.ts';

const someText = custom((value) => typeof value === 'string', 'Password must be text');

/** The field of a request that sets a password; what is wrong with it is said in the policy's own words. */
export const newPassword: Field = {
  chain: (name, from) =>
    someText
      .chain(name, from)
      .bail()
      .custom((password: string) => {
        const reason = weakness(password);
        if (reason) throw new Error(reason);
        return true;
      }),
};
