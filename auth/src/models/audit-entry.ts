import { Schema } from 'mongoose';
import type { EventData } from '@ticketing/common';
import { collectionOf, COUNT_TO, duplicateKey, markUnconfirmed, UnavailableError } from '@ticketing/common';
import type { AuditEntry, Head } from '../audit-chain.ts';
import { nextEntry } from '../audit-chain.ts';
import { db } from '../db.ts';

const schema = new Schema<AuditEntry>(
  {
    _id: String,
    sequence: Number,
    at: String,
    source: String,
    operatorId: String,
    action: String,
    target: String,
    reason: String,
    previousHash: String,
    hash: String,
  },
  { versionKey: false, autoIndex: false, collection: 'audit_entries' },
);
schema.index({ sequence: 1 }, { unique: true, name: 'sequence' });
schema.index({ target: 1, sequence: 1 }, { name: 'of_target' });

const AuditEntry = db.model<AuditEntry>('AuditEntry', schema);

export const auditEntries = collectionOf(AuditEntry);

const MAX_TRIES = 50;

/**
 * Appends an action to the audit log; the unique index on `sequence` picks one of several replicas that append at once.
 * Nothing in this service changes or removes an entry.
 * @returns the entry, or undefined when the action has one.
 */
export async function appendAction(
  action: EventData<'operator:acted'>,
  source: string,
): Promise<AuditEntry | undefined> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const entry = nextEntry({ ...action, source }, await readHead());
    try {
      await markUnconfirmed(auditEntries.insertOne(entry));
      return entry;
    } catch (error) {
      const index = duplicateKey(error);
      if (index === '_id_') return undefined;
      if (index !== 'sequence') throw error;
      // An action that has an entry violates both indexes when another entry was appended meanwhile.
      if (await auditEntries.findOne({ _id: entry._id }, { projection: { _id: 1 } })) return undefined;
    }
  }
  throw new UnavailableError('The audit log is busy right now', 'too_busy');
}

async function readHead(): Promise<Head | undefined> {
  const head = await auditEntries.findOne(
    {},
    { sort: { sequence: -1 }, projection: { sequence: 1, hash: 1 } },
  );
  return head ?? undefined;
}

/** Every entry in order, for `verifyChain`. */
export function readChain(): AsyncIterable<AuditEntry> {
  return auditEntries.find().sort({ sequence: 1 });
}

/** A cursor over entries. */
export function findEntries(filter: object, sort: Record<string, 1 | -1>, limit: number) {
  return auditEntries.find(filter).sort(sort).limit(limit);
}

/** How many entries match, counted up to `COUNT_TO`. */
export function countEntries(filter: object): Promise<number> {
  return auditEntries.countDocuments(filter, { limit: COUNT_TO });
}
