import { isDeepStrictEqual } from 'node:util';
import type { Idempotency, User } from '@ticketing/common';
import {
  change,
  ConflictError,
  duplicateKey,
  findByIdempotencyKey,
  ForbiddenError,
  insert,
  newId,
  UnavailableError,
  ValidationError,
} from '@ticketing/common';
import type { OrderFact } from '../reservation.ts';
import { applyOrderFact, assertAvailable } from '../reservation.ts';
import { applyTakeDown } from '../take-down.ts';
import { amountOf, priceError } from './amounts.ts';
import { offerKeys } from './offer-key.ts';
import { omitUndefined } from './omit-undefined.ts';
import { searchKeys } from './search.ts';
import type { Suspensions } from './seller.ts';
import type { Details } from './ticket.ts';
import { lastWrittenTickets, offerIndex, Ticket, tickets } from './ticket.ts';
import { reservationRefusedEvent, ticketEvent } from './ticket-event.ts';

const SUSPENDED =
  'You refunded too many of your sales, so you cannot list new tickets until we have looked at them.';

export type NewTicket = Details & Pick<Ticket, 'title' | 'amount' | 'currency' | 'faceAmount'>;

/**
 * Lists a ticket. A repeated idempotency key returns the ticket of the first request instead. Throws ConflictError
 * (`already_listed`) when the seller already offers this seat, and ForbiddenError (`selling_suspended`).
 */
export async function listTicket(
  seller: User,
  fields: NewTicket,
  suspensions: Pick<Suspensions, 'isSuspended'>,
  idempotency?: Idempotency,
): Promise<{ ticket: Ticket; isNew: boolean }> {
  if (suspensions.isSuspended(seller.id)) {
    const earlier = idempotency && (await findByIdempotencyKey(Ticket, seller.id, idempotency));
    if (earlier) return { ticket: earlier, isNew: false };
    throw new ForbiddenError(SUSPENDED, 'selling_suspended');
  }
  const keys = idempotency && { idempotencyKey: idempotency.key, idempotencyHash: idempotency.hash };
  const state = { ...newListing(seller.id, fields), ...keys };
  try {
    const ticket = await insert(Ticket, 'ticket', state, ticketEvent, lastWrittenTickets);
    return { ticket, isNew: true };
  } catch (error) {
    // A repeated request violates both unique indexes, and the error names only one of them.
    const isDuplicate = duplicateKey(error) !== undefined;
    const ticket = isDuplicate && idempotency && (await findByIdempotencyKey(Ticket, seller.id, idempotency));
    if (!ticket) throw await duplicateOfferError(error, state.offerKey);
    return { ticket, isNew: false };
  }
}

/** The state of a new listing. */
export function newListing(userId: string, fields: NewTicket): Omit<Ticket, 'version' | 'outbox'> {
  const now = new Date();
  const owned = { ...fields, userId, status: 'available' } as const;
  return omitUndefined({
    _id: newId(),
    reservationSeq: 0,
    ...owned,
    ...searchKeys(owned),
    ...offerKeys(owned),
    createdAt: now,
    updatedAt: now,
  });
}

/** A detail that is undefined stays as it is; null removes it. */
export type Edit = {
  title: string;
  price: number;
  faceValue?: number | null;
  currency?: string;
  version?: number;
} & {
  [K in keyof Details]?: Details[K] | null;
};

/**
 * Applies a seller's edit by compare-and-set. An edit that changes nothing writes and publishes nothing. Throws
 * ConflictError when a reservation comes first, or when the seller already offers the new seat in another ticket
 * (`already_listed`).
 */
export async function editTicket(id: string, seller: User, edit: Edit): Promise<Ticket> {
  let key: string | undefined;
  const decide = (ticket: Ticket) => {
    assertOwn(ticket, seller);
    const amounts = amountsOf(edit, ticket.currency);
    assertAvailable(ticket);
    if (edit.version !== undefined && edit.version !== ticket.version)
      throw new ConflictError(
        'version_conflict',
        'This ticket has changed since you opened it, please reload it',
      );
    const { version: _version, currency: _currency, price: _price, faceValue: _faceValue, ...given } = edit;
    const details = Object.fromEntries(
      Object.entries(given).map(([field, value]) => [field, value ?? undefined]),
    ) as Partial<Ticket>;
    const changes = { ...details, ...amounts };
    if (!isChange(ticket, changes)) return undefined;
    const next = { ...ticket, ...changes };
    const keys = { ...searchKeys(next), ...offerKeys(next) };
    key = keys.offerKey;
    return { ...changes, ...keys, updatedAt: new Date() };
  };
  try {
    return await changeTicket(id, decide);
  } catch (error) {
    throw await duplicateOfferError(error, key);
  }
}

/** Sets the entry code of a ticket in any status but withdrawn: what the buyer agreed to does not change. */
export async function setSecret(id: string, seller: User, secret: string): Promise<Ticket> {
  return changeTicket(id, (ticket) => {
    assertOwn(ticket, seller);
    if (ticket.status === 'withdrawn') assertAvailable(ticket);
    return isChange(ticket, { secret }) ? { secret, updatedAt: new Date() } : undefined;
  });
}

/** Withdraws an available ticket for good. The document stays, so that a late order is refused rather than lost. */
export async function withdrawTicket(id: string, seller: User): Promise<Ticket> {
  return changeTicket(id, (ticket) => {
    assertOwn(ticket, seller);
    assertAvailable(ticket);
    return toStored({ status: 'withdrawn' });
  });
}

/**
 * Applies a fact about an order to its ticket, and stores the ticket's event in the same write.
 * @returns the changed ticket, or undefined when the fact changes nothing.
 * Throws NotFoundError for an unknown ticket.
 */
export function followOrder(id: string, fact: OrderFact): Promise<Ticket | undefined> {
  return change<Ticket>(Ticket, {
    kind: 'ticket',
    id,
    decide: (ticket) => {
      const changes = applyTakeDown(ticket, applyOrderFact(ticket, fact));
      return changes && toStored(changes);
    },
    toEvent: (ticket) =>
      ticket.refusedOrderId === fact.orderId
        ? reservationRefusedEvent(ticket, fact.orderId)
        : ticketEvent(ticket),
    lastWritten: lastWrittenTickets,
  });
}

/** The changes of a rule as they are stored: a withdrawn ticket no longer keeps its seller from listing the same again. */
export function toStored(changes: Partial<Ticket>): Partial<Ticket> {
  const isWithdrawn = changes.status === 'withdrawn';
  return { ...changes, ...(isWithdrawn && { offerKey: undefined }), updatedAt: new Date() };
}

/** Returns the new state, or the current one with an empty outbox when `decide` returns undefined. */
async function changeTicket(
  id: string,
  decide: (ticket: Ticket) => Partial<Ticket> | undefined,
): Promise<Ticket> {
  let current: Ticket | undefined;
  const changed = await change<Ticket>(Ticket, {
    kind: 'ticket',
    id,
    decide: (ticket) => {
      current = ticket;
      return decide(ticket);
    },
    toEvent: ticketEvent,
  });
  if (changed) return changed;
  if (!current) throw new UnavailableError();
  return { ...current, outbox: [] };
}

/** Whether a field would get another value. Compares dates by their time. */
function isChange(ticket: Ticket, changes: Partial<Ticket>): boolean {
  return Object.entries(changes).some(
    ([field, value]) => !isDeepStrictEqual(ticket[field as keyof Ticket], value),
  );
}

/** The 409 for an error that means: the seller's other ticket has this key. Returns any other error unchanged. */
export async function duplicateOfferError(error: unknown, key: string | undefined): Promise<unknown> {
  if (key === undefined || duplicateKey(error) !== offerIndex.options.name) return error;
  const other = await tickets.findOne({ offerKey: key }, { projection: { _id: 1 } });
  // The other ticket was withdrawn in the meantime: the next try succeeds.
  if (!other) return new UnavailableError();
  return new ConflictError(
    'already_listed',
    'You already offer this seat for this event. Change or withdraw that listing, or correct the seat of this one.',
    { ticketId: other._id },
  );
}

function assertOwn(ticket: Ticket, user: User) {
  if (ticket.userId !== user.id) throw new ForbiddenError('This ticket is not yours');
}

/** The amounts of an edit. Prices can be converted only once the currency of the ticket is known. */
function amountsOf({ price, faceValue, currency: given }: Edit, currency: string) {
  if (given !== undefined && given !== currency) {
    const message = `The currency of this ticket is ${currency} and cannot change`;
    throw new ValidationError([{ field: 'currency', message }]);
  }
  const hasFaceValue = typeof faceValue === 'number';
  const errors = [
    priceError('price', price, currency),
    hasFaceValue ? priceError('faceValue', faceValue, currency) : undefined,
  ].filter((error) => error !== undefined);
  if (errors.length > 0) throw new ValidationError(errors);
  return {
    amount: amountOf('price', price, currency),
    ...(faceValue !== undefined && {
      faceAmount: hasFaceValue ? amountOf('faceValue', faceValue, currency) : undefined,
    }),
  };
}
