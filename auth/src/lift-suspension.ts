// npm run lift-suspension -- <e-mail address>: lets a suspended seller list tickets again. Exits with 1 when no one is
// suspended under this address.
import { canonicalEmail } from '@ticketing/common';
import { connectToStore } from './connect-to-store.ts';
import { db } from './db.ts';
import { liftSuspension } from './models/seller.ts';
import { findByEmail } from './models/user.ts';

const [typed = ''] = process.argv.slice(2);
await connectToStore('auth-lift-suspension');
const users = await findByEmail({ email: canonicalEmail(typed) ?? typed, typed });
// The running service publishes what this program stores.
const lifted = await Promise.all(
  users.map(({ _id }) => liftSuspension(_id, { operatorId: null, reason: 'command lift-suspension' })),
);
const isLifted = lifted.some((user) => user !== undefined);
process.stdout.write(`${typed} ${isLifted ? 'may list tickets again' : 'is not suspended'}\n`);
await db.disconnect();
process.exitCode = isLifted ? 0 : 1;
