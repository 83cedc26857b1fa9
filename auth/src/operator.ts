// npm run operator -- grant|revoke <e-mail address> <reason>, or list: who may use the console. The running service ends the
// user's sessions and appends the entry to the audit log. Exits with 1 when nothing changed, with 2 for a wrong command.
import { canonicalEmail, ConflictError } from '@ticketing/common';
import { printUsage, terminal } from '@ticketing/common/ops';
import { connectToStore } from './connect-to-store.ts';
import { db } from './db.ts';
import { grantOperator, listOperators, revokeOperator } from './models/operator.ts';
import { findByEmail } from './models/user.ts';
import { operatorUsage, parseOperatorArgs } from './operator-args.ts';

const changes = { grant: grantOperator, revoke: revokeOperator };
const results = { grant: 'is an operator from the next sign-in on', revoke: 'is no longer an operator' };

async function changeRole(change: keyof typeof changes, address: string, reason: string): Promise<number> {
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

const parsed = parseOperatorArgs(process.argv.slice(2));
if ('command' in parsed) {
  await connectToStore('auth-operator');
  const { command } = parsed;
  process.exitCode =
    command === 'list' ? await list() : await changeRole(command, parsed.address, parsed.reason);
  await db.disconnect();
} else process.exitCode = printUsage(parsed, operatorUsage, terminal);
