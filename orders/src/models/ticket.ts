import { Schema } from 'mongoose';
import type { EventData, TicketStatus } from '@ticketing/common';
import { applyReplica, collectionOf, readById } from '@ticketing/common';
import { db } from '../db.ts';

/** This service's copy of a ticket: what a reservation needs to know of it. Times are ISO 8601, as they came. */
export type Ticket = {
  _id: string;
  version: number;
  status: TicketStatus;
  title: string;
  amount: number;
  currency: string;
  userId: string;
  orderId: string | null;
  reservationSeq: number;
  startsAt: string | null;
  timeZone: string | null;
  venue: string | null;
  city: string | null;
  seat: string | null;
  /** The version at which what a buyer agrees to (`agreedFields`) last changed. */
  factsVersion?: number;
};

/** A buyer who saw other values of these fields has not agreed to the purchase. */
const agreedFields = [
  'title',
  'amount',
  'currency',
  'startsAt',
  'timeZone',
  'venue',
  'city',
  'seat',
] as const satisfies (keyof Ticket)[];

const schema = new Schema<Ticket>(
  {
    _id: String,
    version: Number,
    status: String,
    title: String,
    amount: Number,
    currency: String,
    userId: String,
    orderId: String,
    reservationSeq: Number,
    startsAt: String,
    timeZone: String,
    venue: String,
    city: String,
    seat: String,
    factsVersion: Number,
  },
  { versionKey: false, autoIndex: false },
);
export const Ticket = db.model<Ticket>('Ticket', schema);

export function findTicket(id: string): Promise<Ticket | null> {
  return readById(Ticket, id);
}

/** The copies of some tickets. */
export function findReplicas(ids: string[]): Promise<Ticket[]> {
  return collectionOf(Ticket)
    .find({ _id: { $in: ids } })
    .toArray();
}

/** Takes over a ticket's state where it is newer. What is absent is stored as null, so that it replaces what was. */
export async function storeTicket(data: EventData<'ticket:updated'>): Promise<void> {
  const state: Ticket = {
    _id: data.id,
    version: data.version,
    status: data.status,
    title: data.title,
    amount: data.amount,
    currency: data.currency,
    userId: data.userId,
    orderId: data.orderId,
    reservationSeq: data.reservationSeq,
    startsAt: data.startsAt ?? null,
    timeZone: data.timeZone ?? null,
    venue: data.venue ?? null,
    city: data.city ?? null,
    seat: data.seat ?? null,
  };
  await applyReplica(Ticket, state, { into: 'factsVersion', fields: agreedFields });
}
