import { createHash } from 'node:crypto';
import { Schema } from 'mongoose';
import type { Aggregate, Operation } from '@ticketing/common';
import {
  change,
  collectionOf,
  ConflictError,
  COUNT_TO,
  duplicateKey,
  indexesOnly,
  markUnconfirmed,
  newId,
  operatorActed,
  outboxField,
} from '@ticketing/common';
import { db } from '../db.ts';

export const reportReasons = ['forged', 'not_theirs', 'misleading', 'price', 'offensive', 'other'] as const;

/** What a user says is wrong with a listing. Its only event is the entry for the audit log when an operator resolves it. */
export type Report = Aggregate & {
  ticketId: string;
  sellerId: string;
  reason: (typeof reportReasons)[number];
  text?: string;
  /** The user who reported, if signed in. */
  reporterId?: string;
  /** What `reporterKey` returns; missing in reports from before it was stored. */
  reporterKey?: string;
  status: 'open' | 'resolved';
  createdAt: Date;
  resolvedAt?: Date;
  resolution?: string;
};

const schema = new Schema<Report>(
  {
    _id: String,
    ticketId: String,
    sellerId: String,
    reason: String,
    text: String,
    reporterId: String,
    reporterKey: String,
    status: String,
    createdAt: Date,
    resolvedAt: Date,
    resolution: String,
    outbox: outboxField,
  },
  indexesOnly,
);
schema.index({ status: 1, createdAt: 1, _id: 1 }, { name: 'oldest' });
schema.index({ ticketId: 1, createdAt: 1, _id: 1 }, { name: 'of_ticket' });
schema.index(
  { ticketId: 1, reporterKey: 1 },
  {
    name: 'open_of_reporter',
    unique: true,
    partialFilterExpression: { status: 'open', reporterKey: { $exists: true } },
  },
);
schema.index({ 'outbox.t': 1 }, { name: 'outbox', sparse: true });

export const Report = db.model<Report>('Report', schema);

const reports = collectionOf(Report);

/**
 * What distinguishes the reporters of one listing: the user, or 24 bits of a hash of the client's address (`clientKey`). So few
 * bits fit hundreds of addresses, so they name none, and hardly ever two of the few people who report one listing.
 */
export function reporterKey(
  userId: string | undefined,
  { ticketId, client }: { ticketId: string; client: string },
) {
  return userId ?? createHash('sha256').update(`${ticketId} ${client}`).digest('hex').slice(0, 6);
}

type NewReport = Pick<Report, 'ticketId' | 'sellerId' | 'reason' | 'text' | 'reporterId'> & {
  reporterKey: string;
};

/** Stores a report, unless the reporter has an open one of the same listing. @returns the id of the open one. */
export async function addReport(about: NewReport): Promise<{ id: string; isNew: boolean }> {
  const report: Report = {
    _id: newId(),
    version: 0,
    outbox: [],
    status: 'open',
    createdAt: new Date(),
    ...about,
  };
  try {
    await markUnconfirmed(reports.insertOne(report));
    return { id: report._id, isNew: true };
  } catch (error) {
    if (duplicateKey(error) !== 'open_of_reporter') throw error;
    const { ticketId, reporterKey } = about;
    const open = await reports.findOne({ ticketId, reporterKey, status: 'open' }, { projection: { _id: 1 } });
    // Resolved in between: then this is a new one.
    return open ? { id: open._id, isNew: false } : addReport(about);
  }
}

/** Throws ConflictError (`already_resolved`), and NotFoundError. */
export function resolveReport(id: string, by: Operation): Promise<Report> {
  return change<Report>(Report, {
    kind: 'report',
    id,
    decide: ({ status }) => {
      if (status === 'resolved') throw new ConflictError('already_resolved', 'This report is resolved');
      return { status: 'resolved', resolvedAt: new Date(), resolution: by.reason };
    },
    toEvent: () => operatorActed('report_resolved', id, by),
  });
}

/** A cursor over reports. */
export function findReports(filter: object, sort: Record<string, 1 | -1>, limit: number) {
  return reports
    .find(filter, { projection: { outbox: 0 } })
    .sort(sort)
    .limit(limit);
}

/** How many reports match, counted up to `COUNT_TO`. */
export function countReports(filter: object): Promise<number> {
  return reports.countDocuments(filter, { limit: COUNT_TO });
}
