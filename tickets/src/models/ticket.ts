import { Schema } from 'mongoose';
import type { Aggregate, Category, TicketStatus } from '@ticketing/common';
import {
  collectionOf,
  COUNT_TO,
  idempotencyIndex,
  indexesOnly,
  LastWritten,
  outboxField,
  readById,
} from '@ticketing/common';
import { db } from '../db.ts';
import type { ReservationState } from '../reservation.ts';
import type { TakenDown } from '../take-down.ts';
import type { SearchKeys } from './search.ts';

/** What a seller may add to the title and the price of a ticket. */
export type Details = {
  startsAt?: Date | undefined;
  timeZone?: string | undefined;
  venue?: string | undefined;
  city?: string | undefined;
  category?: Category | undefined;
  seat?: string | undefined;
  notes?: string | undefined;
  secret?: string | undefined;
};

export type Ticket = Aggregate &
  ReservationState &
  Details &
  SearchKeys & {
    title: string;
    amount: number;
    currency: string;
    faceAmount?: number | undefined;
    userId: string;
    createdAt: Date;
    updatedAt: Date;
    /** See `offerKey`; absent while another live ticket may offer the same. */
    offerKey?: string | undefined;
    /** `OFFER_FORM` when `offerKey` was computed; absent when another live ticket had the key. */
    offerForm?: number | undefined;
    /** Set when an operator took the listing down. */
    takenDown?: TakenDown | undefined;
    /** The listing that was taken down, and that this one restores. */
    restoredFrom?: string;
    idempotencyKey?: string;
    idempotencyHash?: string;
  };

/** Lets the database decide which of two equal offers is listed. */
export const offerIndex = {
  fields: { offerKey: 1 },
  options: { name: 'offer', unique: true, partialFilterExpression: { offerKey: { $exists: true } } },
} as const;

/** A listing is restored once. */
export const restoredIndex = {
  fields: { restoredFrom: 1 },
  options: {
    name: 'restored_from',
    unique: true,
    partialFilterExpression: { restoredFrom: { $exists: true } },
  },
} as const;

const schema = new Schema<Ticket>(
  {
    _id: String,
    userId: String,
    title: String,
    amount: Number,
    currency: String,
    status: String,
    reservationSeq: Number,
    orderId: String,
    buyerId: String,
    soldAt: Date,
    refusedOrderId: String,
    startsAt: Date,
    timeZone: String,
    venue: String,
    city: String,
    category: String,
    seat: String,
    faceAmount: Number,
    notes: String,
    secret: String,
    overAt: Date,
    localDate: String,
    listPrice: Number,
    priceKey: String,
    eventId: String,
    eventAt: Date,
    words: [String],
    cityKey: String,
    offerKey: String,
    offerForm: Number,
    takenDown: Object,
    restoredFrom: String,
    searchForm: Number,
    createdAt: Date,
    updatedAt: Date,
    idempotencyKey: String,
    idempotencyHash: String,
    outbox: outboxField,
  },
  indexesOnly,
);
schema.index({ status: 1, createdAt: -1, _id: -1, overAt: 1 }, { name: 'newest' });
schema.index({ status: 1, priceKey: 1, _id: 1, overAt: 1, listPrice: 1 }, { name: 'by_price_key' });
schema.index({ status: 1, overAt: 1, _id: 1 }, { name: 'by_date' });
schema.index({ status: 1, category: 1, createdAt: -1, _id: -1, overAt: 1 }, { name: 'by_category' });
schema.index({ status: 1, cityKey: 1, createdAt: -1, _id: -1, overAt: 1 }, { name: 'by_city' });
schema.index({ status: 1, eventAt: 1, eventId: 1, overAt: 1 }, { name: 'events_by_date' });
schema.index({ eventId: 1, status: 1, priceKey: 1, _id: 1, overAt: 1 }, { name: 'of_event' });
schema.index({ userId: 1, createdAt: -1, _id: -1 }, { name: 'of_seller' });
schema.index(
  { userId: 1, status: 1 },
  { name: 'sold_of_seller', partialFilterExpression: { status: 'sold' } },
);
schema.index(idempotencyIndex.fields, idempotencyIndex.options);
schema.index(offerIndex.fields, offerIndex.options);
schema.index(restoredIndex.fields, restoredIndex.options);
schema.index({ words: 1 }, { name: 'words' });
schema.index({ 'outbox.t': 1 }, { name: 'outbox', sparse: true });

export const Ticket = db.model<Ticket>('Ticket', schema);

export const tickets = collectionOf(Ticket);
export const lastWrittenTickets = new LastWritten<Ticket>();

const activeStatuses: TicketStatus[] = ['available', 'reserved'];

/** The filter for tickets that may still be sold. */
export const activeTickets = { status: { $in: activeStatuses } };

export function isActive({ status }: Pick<Ticket, 'status'>): boolean {
  return activeStatuses.includes(status);
}

const withoutInternals = {
  projection: {
    outbox: 0,
    words: 0,
    cityKey: 0,
    localDate: 0,
    eventAt: 0,
    searchForm: 0,
    offerKey: 0,
    offerForm: 0,
    idempotencyKey: 0,
    idempotencyHash: 0,
  },
} as const;

export function findTicket(id: string): Promise<Ticket | null> {
  return readById(Ticket, id);
}

/** A cursor over the tickets of a list, without the fields that no list shows. */
export function findTickets(filter: object, sort: Record<string, 1 | -1>, limit: number) {
  return tickets.find(filter, withoutInternals).sort(sort).limit(limit);
}

/** How many tickets match, counted up to `COUNT_TO`. */
export function countTickets(filter: object): Promise<number> {
  return tickets.countDocuments(filter, { limit: COUNT_TO });
}

/**
 * How many tickets the seller has sold, counted up to `COUNT_TO`. A sale whose buyer has all of the money back does not
 * count: its ticket is withdrawn.
 */
export function countSold(sellerId: string): Promise<number> {
  return countTickets({ userId: sellerId, status: 'sold' });
}
