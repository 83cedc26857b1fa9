// npm run operator -- grant|revoke <e-mail address> <reason>, or list: who may use the console. The running service ends the
// user's sessions and appends the entry to the audit log. Exits with 1 when nothing changed, with 2 for a wrong command.
import { canonicalEmail, ConflictError } from '@ticketing/common';
import { connectToStore } from './connect-to-store.ts';
import { db } from './db.ts';
import { grantOperator, listOperators, revokeOperator } from './models/operator.ts';
import { findByEmail } from './models/user.ts';

const usage = 'Usage: operator grant|revoke <e-mail address> <reason>\n       operator list\n';
const changes = { grant: grantOperator, revoke: revokeOperator };
const results = { grant: 'is an operator from the next sign-in on', revoke: 'is no longer an operator' };

const [command, typed, ...words] = process.argv.slice(2);
const reason = words.join(' ').trim();

async function changeRole(change: keyof typeof changes, address: string): Promise<number> {
  const found = await findByEmail({ email: canonicalEmail(address) ?? address, typed: address });
  const [user, other] = found;
  if (!user || other) {
    process.stderr.write(`${user ? 'Several accounts have' : 'No account has'} the address ${address}.\n`);
    return 1;
  }
  try {
    await changes[change](user._id, { operatorId: null, reason });
    process.stdout.write(`${user.email} ${results[change]}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    process.stderr.write(`${error.message}.\n`);
    return 1;
  }
}

async function list(): Promise<number> {
  for (const { _id, email } of await listOperators()) process.stdout.write(`${_id}\t${email}\n`);
  return 0;
}

const isChange = (command === 'grant' || command === 'revoke') && typed && reason.length >= 3;
if (isChange || command === 'list') {
  await connectToStore('auth-operator');
  process.exitCode = isChange ? await changeRole(command, typed) : await list();
  await db.disconnect();
} else {
  process.stderr.write(usage);
  process.exitCode = 2;
}
