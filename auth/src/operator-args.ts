/** The command lines of the operators' programs `operator` and `audit-log`. Pure. */
import type { Head } from './audit-chain.ts';

type Refused = { help: true } | { problem: string };

export const operatorUsage = `Usage: operator <command>

  grant <e-mail address> <reason>    make this user an operator from the next sign-in on
  revoke <e-mail address> <reason>   take the role away; both end all sessions of the user
  list                               list the operators: id, e-mail address

Exit status: 0 success, 1 nothing changed, 2 invalid command.`;

export type OperatorCommand =
  { command: 'list' } | { command: 'grant' | 'revoke'; address: string; reason: string };

/** Reads the command line of `operator`. The reason is all words after the address. */
export function parseOperatorArgs([command, address, ...words]: string[]): OperatorCommand | Refused {
  if (isHelp(command)) return { help: true };
  if (command === undefined) return { problem: 'No command given.' };
  if (command === 'list') return address === undefined ? { command } : { problem: 'list takes no argument.' };
  if (command !== 'grant' && command !== 'revoke') return { problem: `Unknown command: ${command}` };
  if (address === undefined) return { problem: `${command} requires an e-mail address.` };
  const reason = words.join(' ').trim();
  if (reason.length < 3) return { problem: `${command} requires a reason of at least 3 characters.` };
  return { command, address, reason };
}

export const auditUsage = `Usage: audit-log <command>

  list [<target id>]            list the newest entries, all or those on one user, listing, report or order
  verify [<sequence>:<hash>…]   verify all entries, also against hashes that were written down, or that the security log has

Exit status: 0 success, 1 an entry is broken, 2 invalid command.`;

export type AuditCommand =
  { command: 'list'; target?: string | undefined } | { command: 'verify'; known: Head[] };

/** Reads the command line of `audit-log`. */
export function parseAuditArgs([command, ...args]: string[]): AuditCommand | Refused {
  if (isHelp(command)) return { help: true };
  if (command === undefined) return { problem: 'No command given.' };
  if (command === 'list')
    return args.length > 1 ? { problem: 'list takes one id.' } : { command, target: args[0] };
  if (command !== 'verify') return { problem: `Unknown command: ${command}` };
  const malformed = args.find((text) => !/^[1-9]\d*:[0-9a-f]{64}$/.test(text));
  if (malformed !== undefined)
    return { problem: `${malformed} is not <sequence>:<hash> with 64 hexadecimal digits.` };
  const known = args.map((text) => {
    const [sequence, hash = ''] = text.split(':');
    return { sequence: Number(sequence), hash };
  });
  return { command, known };
}

/** What `verify` prints about an unbroken chain. */
export function verifiedText({ sequence, hash }: Head): string {
  if (sequence === 0) return 'The audit log has no entry.';
  return `${sequence} ${sequence === 1 ? 'entry' : 'entries'} verified, the last one is ${sequence}:${hash}`;
}

function isHelp(command: string | undefined): boolean {
  return command === '--help' || command === '-h';
}
