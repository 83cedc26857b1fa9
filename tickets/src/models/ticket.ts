import {
  change,
  duplicateKey,
  ForbiddenError,
  ConflictError,
  idempotencyIndex,
  insert,
  findByIdempotencyKey,
  newId,
  outboxField,
  readById,
  toMinorUnits,
  UnavailableError,
  ValidationError,
  versioned,
} from '@ticketing/common';
import type { Aggregate, Category, FieldError, Idempotency, User } from '@ticketing/common';
import { Schema } from 'mongoose';
import type { Model } from 'mongoose';
import { db } from '../db.ts';
import { applyOrderFact, assertAvailable } from '../reservation.ts';
import type { OrderFact, ReservationState } from '../reservation.ts';
import { ticketEvent, reservationRefusedEvent } from './ticket-event.ts';
import { defined } from './defined.ts';
import { searchKeys } from './search.ts';
import type { SearchKeys } from './search.ts';

/** What a seller may say about a ticket beside its title and price. */
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
    idempotencyKey?: string;
    idempotencyHash?: string;
  };

const schema = new Schema(
  {
    _id: { type: String, required: true },
    userId: { type: String, required: true },
    title: { type: String, required: true },
    amount: { type: Number, required: true },
    currency: { type: String, required: true },
    status: { type: String, required: true },
    reservationSeq: { type: Number, required: true },
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
    overAt: { type: Date, required: true },
    listPrice: { type: Number, required: true },
    words: { type: [String], required: true },
    cityKey: String,
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
    idempotencyKey: String,
    idempotencyHash: String,
    outbox: outboxField as never,
  },
  versioned,
);
schema.index({ status: 1, createdAt: -1, _id: -1, overAt: 1 }, { name: 'newest' });
schema.index({ status: 1, listPrice: 1, _id: 1, overAt: 1 }, { name: 'by_price' });
schema.index({ status: 1, overAt: 1, _id: 1 }, { name: 'by_date' });
schema.index({ status: 1, category: 1, createdAt: -1, _id: -1, overAt: 1 }, { name: 'by_category' });
schema.index({ status: 1, cityKey: 1, createdAt: -1, _id: -1, overAt: 1 }, { name: 'by_city' });
schema.index({ userId: 1, createdAt: -1, _id: -1 }, { name: 'of_seller' });
schema.index(idempotencyIndex.fields, idempotencyIndex.options);
schema.index({ words: 1 }, { name: 'words' });
schema.index({ 'outbox.t': 1 }, { name: 'outbox', sparse: true });

export const Ticket: Model<Ticket> = db.model<Ticket>('Ticket', schema);

const visible = { outbox: 0, words: 0, cityKey: 0, idempotencyKey: 0, idempotencyHash: 0 } as const;

export function findTicket(id: string): Promise<Ticket | null> {
  return readById(Ticket, id);
}

/** A cursor over tickets as they are read for lists. */
export function findTickets(filter: object, sort: Record<string, 1 | -1>, limit: number) {
  return Ticket.collection.find<Ticket>(filter, { projection: visible }).sort(sort).limit(limit);
}

/** Counts to 1000: nobody reads further, and a longer count would cost more than the list. */
export function countTickets(filter: object): Promise<number> {
  return Ticket.collection.countDocuments(filter, { limit: 1000 });
}

/** Lists a ticket, or gives back the one that this very request listed before. */
export async function listTicket(
  seller: User,
  wanted: Details & { title: string; amount: number; currency: string; faceAmount?: number | undefined },
  idempotency?: Idempotency,
): Promise<{ ticket: Ticket; isNew: boolean }> {
  const now = new Date();
  const state = {
    _id: newId(),
    userId: seller.id,
    status: 'available',
    reservationSeq: 0,
    ...wanted,
    ...searchKeys(wanted),
    createdAt: now,
    updatedAt: now,
    ...(idempotency && { idempotencyKey: idempotency.key, idempotencyHash: idempotency.hash }),
  };
  try {
    const ticket = await insert<Ticket>(
      Ticket,
      'ticket',
      defined(state) as typeof state & ReservationState,
      ticketEvent,
    );
    return { ticket, isNew: true };
  } catch (error) {
    const isRepeated = duplicateKey(error) === idempotencyIndex.options.name;
    const ticket = isRepeated && idempotency && (await findByIdempotencyKey(Ticket, seller.id, idempotency));
    if (!ticket) throw error;
    return { ticket, isNew: false };
  }
}

/** `undefined` leaves a field as it is, null clears it. */
export type Edit = {
  title: string;
  price: number;
  faceValue?: number | null;
  currency?: string;
  version?: number;
} & {
  [K in keyof Details]?: Details[K] | null;
};

/** The seller's changes, by compare-and-set: a reservation that comes first makes this a ConflictError. */
export async function editTicket(id: string, seller: User, edit: Edit): Promise<Ticket> {
  return changed(id, (ticket) => {
    assertOwn(ticket, seller);
    const money = amountsOf(edit, ticket.currency);
    assertAvailable(ticket);
    if (edit.version !== undefined && edit.version !== ticket.version)
      throw new ConflictError(
        'version_conflict',
        'This ticket was changed meanwhile, please look at it again',
      );
    const { version: _version, currency: _currency, price: _price, faceValue: _faceValue, ...details } = edit;
    const said = Object.fromEntries(
      Object.entries(details).map(([field, value]) => [field, value ?? undefined]),
    ) as Partial<Ticket>;
    const changes = { ...said, ...money };
    return { ...changes, ...searchKeys({ ...ticket, ...changes }), updatedAt: new Date() };
  });
}

/** Takes a free ticket from sale for good. It is kept, so that a late order is refused rather than lost. */
export async function withdrawTicket(id: string, seller: User): Promise<Ticket> {
  return changed(id, (ticket) => {
    assertOwn(ticket, seller);
    assertAvailable(ticket);
    return { status: 'withdrawn', updatedAt: new Date() };
  });
}

/**
 * Does what an order's fact asks of its ticket.
 * @returns the ticket with its event, or undefined when the fact changes nothing.
 * Throws NotFoundError for a ticket that was never listed.
 */
export function followOrder(id: string, fact: OrderFact): Promise<Ticket | undefined> {
  return change<Ticket>(
    Ticket,
    'ticket',
    id,
    (ticket) => {
      const changes = applyOrderFact(ticket, fact);
      return changes && { ...changes, updatedAt: new Date() };
    },
    (ticket) =>
      ticket.refusedOrderId === fact.orderId
        ? reservationRefusedEvent(ticket, fact.orderId)
        : ticketEvent(ticket),
  );
}

async function changed(id: string, decide: (ticket: Ticket) => Partial<Ticket>): Promise<Ticket> {
  const ticket = await change<Ticket>(Ticket, 'ticket', id, decide, ticketEvent);
  if (!ticket) throw new UnavailableError();
  return ticket;
}

function assertOwn(ticket: Ticket, user: User) {
  if (ticket.userId !== user.id) throw new ForbiddenError('This ticket is not yours');
}

/** Money can only be read once the ticket's currency is known. */
function amountsOf({ price, faceValue, currency: given }: Edit, currency: string) {
  const problems: FieldError[] = [];
  if (given !== undefined && given !== currency)
    problems.push({
      field: 'currency',
      message: `The currency of this ticket is ${currency} and cannot change`,
    });
  const amount = toMinorUnits(price, currency);
  if (amount === undefined)
    problems.push({
      field: 'price',
      message: `price has too many decimals for ${currency}, or is too large`,
    });
  const faceAmount = typeof faceValue === 'number' ? toMinorUnits(faceValue, currency) : undefined;
  if (typeof faceValue === 'number' && faceAmount === undefined)
    problems.push({
      field: 'faceValue',
      message: `faceValue has too many decimals for ${currency}, or is too large`,
    });
  if (amount === undefined || problems.length > 0) throw new ValidationError(problems);
  return { amount, ...(faceValue !== undefined && { faceAmount }) };
}
