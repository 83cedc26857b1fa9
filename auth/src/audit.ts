// npm run audit-log -- list [<target id>], or verify [<sequence>:<hash>…]: prints the newest entries of the audit log, or
// verifies all of them, also against hashes that were written down or that the security log has. Exits with 1 when an entry
// is broken, with 2 for a wrong command.
import { verifyChain } from './audit-chain.ts';
import { connectToStore } from './connect-to-store.ts';
import { db } from './db.ts';
import { findEntries, readChain } from './models/audit-entry.ts';

const usage = 'Usage: audit list [<target id>]\n       audit verify [<sequence>:<hash>…]\n';
const LISTED = 100;

async function verify(known: string[]): Promise<number> {
  const heads = known.map((text) => {
    const [sequence, hash = ''] = text.split(':');
    return { sequence: Number(sequence), hash };
  });
  const { head, broken } = await verifyChain(readChain(), heads);
  if (broken) {
    process.stdout.write(`entry ${broken.sequence} ${broken.problem}\n`);
    return 1;
  }
  process.stdout.write(`${head.sequence} entries verified, the last one is ${head.sequence}:${head.hash}\n`);
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

const [command, ...args] = process.argv.slice(2);
const isKnown = args.every((text) => /^[1-9]\d*:[0-9a-f]{64}$/.test(text));
if (command === 'list' || (command === 'verify' && isKnown)) {
  await connectToStore('auth-audit');
  process.exitCode = command === 'list' ? await list(args[0]) : await verify(args);
  await db.disconnect();
} else {
  process.stderr.write(usage);
  process.exitCode = 2;
}
