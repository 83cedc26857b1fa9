import { Schema } from 'mongoose';
import type { Aggregate, Operation } from '@ticketing/common';
import {
  change,
  collectionOf,
  ConflictError,
  COUNT_TO,
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
schema.index({ 'outbox.t': 1 }, { name: 'outbox', sparse: true });

export const Report = db.model<Report>('Report', schema);

const reports = collectionOf(Report);

export async function addReport(
  about: Pick<Report, 'ticketId' | 'sellerId' | 'reason' | 'text' | 'reporterId'>,
): Promise<Report> {
  const report: Report = {
    _id: newId(),
    version: 0,
    outbox: [],
    status: 'open',
    createdAt: new Date(),
    ...about,
  };
  await markUnconfirmed(reports.insertOne(report));
  return report;
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
