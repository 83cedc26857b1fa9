// npm run audit-log -- list [<target id>], or verify [<sequence>:<hash>…]: prints the newest entries of the audit log, or
// verifies all of them, also against hashes that were written down or that the security log has. Exits with 1 when an entry
// is broken, with 2 for a wrong command.
import { printUsage, terminal } from '@ticketing/common/ops';
import type { Head } from './audit-chain.ts';
import { verifyChain } from './audit-chain.ts';
import { connectToStore } from './connect-to-store.ts';
import { db } from './db.ts';
import { findEntries, readChain } from './models/audit-entry.ts';
import { auditUsage, parseAuditArgs, verifiedText } from './operator-args.ts';

const LISTED = 100;

async function verify(known: Head[]): Promise<number> {
  const { head, broken } = await verifyChain(readChain(), known);
  if (broken) {
    process.stdout.write(`entry ${broken.sequence} ${broken.problem}\n`);
    return 1;
  }
  process.stdout.write(`${verifiedText(head)}\n`);
  return 0;
}

async function list(target: string | undefined): Promise<number> {
  const entries = findEntries(target === undefined ? {} : { target }, { sequence: -1 }, LISTED);
  for await (const { sequence, at, operatorId, source, action, target: on, reason } of entries) {
    const by = operatorId ?? `a command on ${source}`;
    process.stdout.write(`${[sequence, at, by, action, on, JSON.stringify(reason)].join('\t')}\n`);
  }
  return 0;
}

const parsed = parseAuditArgs(process.argv.slice(2));
if ('command' in parsed) {
  await connectToStore('auth-audit');
  process.exitCode = parsed.command === 'list' ? await list(parsed.target) : await verify(parsed.known);
  await db.disconnect();
} else process.exitCode = printUsage(parsed, auditUsage, terminal);
