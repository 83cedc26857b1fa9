import { createHash } from 'node:crypto';
import type { EventData } from '@ticketing/common';

/**
 * The audit log is a chain: each entry has a hash of its content and of the hash before it, so that no entry can be changed,
 * removed or inserted without changing every hash after it. Pure.
 */

type Action = EventData<'operator:acted'> & { source: string };

export type AuditEntry = Omit<Action, 'id'> & {
  /** The id of the action, so that an event that arrives twice is appended once. */
  _id: string;
  /** 1 for the first entry. */
  sequence: number;
  previousHash: string;
  /** SHA-256 in hexadecimal digits. */
  hash: string;
};

/** What the newest entry is known by. */
export type Head = Pick<AuditEntry, 'sequence' | 'hash'>;

/** Before the first entry. */
const START: Head = { sequence: 0, hash: '0'.repeat(64) };

/** The entry of an action after `head`; without it, the first one. */
export function nextEntry({ id, ...action }: Action, head: Head = START): AuditEntry {
  const entry = { _id: id, sequence: head.sequence + 1, ...action, previousHash: head.hash };
  return { ...entry, hash: hashOf(entry) };
}

/** Hashes the values in a fixed order as a JSON array, which two different entries cannot share. */
function hashOf(entry: Omit<AuditEntry, 'hash'>): string {
  const { _id, sequence, at, source, operatorId, action, target, reason, previousHash } = entry;
  const text = JSON.stringify([sequence, _id, at, source, operatorId, action, target, reason, previousHash]);
  return createHash('sha256').update(text).digest('hex');
}

export type Verified = { head: Head; broken?: { sequence: number; problem: string } };

/**
 * Verifies the entries, which come in the order of their sequence, up to the first one that is broken. `known` are heads
 * that were written down earlier: the chain must still have them, so that it was neither cut nor rewritten.
 */
export async function verifyChain(
  entries: AsyncIterable<AuditEntry> | Iterable<AuditEntry>,
  known: Head[] = [],
): Promise<Verified> {
  const expected = new Map(known.map(({ sequence, hash }) => [sequence, hash]));
  let head = START;
  for await (const entry of entries) {
    const sequence = head.sequence + 1;
    const problem = problemOf(entry, head, expected.get(sequence));
    if (problem) return { head, broken: { sequence, problem } };
    head = { sequence, hash: entry.hash };
  }
  const missing = known.find(({ sequence }) => sequence > head.sequence);
  if (!missing) return { head };
  const problem = `is missing, although entry ${missing.sequence} was known`;
  return { head, broken: { sequence: head.sequence + 1, problem } };
}

function problemOf(entry: AuditEntry, head: Head, expected: string | undefined): string | undefined {
  if (entry.sequence !== head.sequence + 1) return `is missing, the next one is entry ${entry.sequence}`;
  if (entry.previousHash !== head.hash) return 'does not continue the entry before it';
  if (entry.hash !== hashOf(entry)) return 'was changed: its hash is not that of its content';
  if (expected !== undefined && entry.hash !== expected)
    return 'has another hash than the one that was known';
  return undefined;
}
