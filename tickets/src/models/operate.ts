import type { DomainEvent, Operation } from '@ticketing/common';
import { change, ConflictError, duplicateKey, insert, NotFoundError, operatorActed } from '@ticketing/common';
import { restoration, takeDown } from '../take-down.ts';
import { duplicateOfferError, newListing, toStored } from './change-ticket.ts';
import type { Suspensions } from './seller.ts';
import { activeTickets, findTicket, isActive, restoredIndex, Ticket, tickets } from './ticket.ts';
import { ticketEvent } from './ticket-event.ts';

/** Takes a listing down. Throws what `takeDown` throws, and NotFoundError. */
export function takeDownListing(id: string, by: Operation): Promise<Ticket> {
  return changeListing(id, (ticket) => withdraw(ticket, by.reason), [
    operatorActed('listing_taken_down', id, by),
  ]);
}

const SUSPENDED = 'The account of the seller was suspended.';

/**
 * Takes down every listing of a suspended seller that is not sold. The suspension has the entry in the audit log.
 * @returns the tickets to flush, one after the other.
 */
export async function* takeDownListingsOf(sellerId: string): AsyncGenerator<Ticket> {
  const found = tickets.find({ ...activeTickets, userId: sellerId }, { projection: { _id: 1 } });
  for await (const { _id } of found) {
    const ticket = await change<Ticket>(Ticket, {
      kind: 'ticket',
      id: _id,
      decide: (current) =>
        isActive(current) && !current.takenDown ? withdraw(current, SUSPENDED) : undefined,
      toEvent: ticketEvent,
    });
    if (ticket) yield ticket;
  }
}

/**
 * Restores a listing that was taken down: a reserved one is kept, a withdrawn one is listed again under a new id. Throws
 * ConflictError (`not_taken_down`, `already_restored`, `seller_suspended`, `already_listed`), and NotFoundError.
 */
export async function restoreListing(
  id: string,
  by: Operation,
  suspensions: Pick<Suspensions, 'isSuspended'>,
): Promise<Ticket> {
  const ticket = await findTicket(id);
  if (!ticket) throw new NotFoundError('Ticket');
  const acted = operatorActed('listing_restored', id, by);
  if (restoration(ticket) === 'list again') return listAgain(ticket, acted, suspensions);
  return changeListing(
    id,
    (current) => {
      if (restoration(current) === 'keep') return { takenDown: undefined };
      throw new ConflictError('version_conflict', 'The reservation has just ended, please try again');
    },
    [acted],
  );
}

async function listAgain(
  ticket: Ticket,
  acted: DomainEvent,
  suspensions: Pick<Suspensions, 'isSuspended'>,
): Promise<Ticket> {
  const { userId, title, amount, currency, faceAmount, startsAt, timeZone, venue } = ticket;
  if (suspensions.isSuspended(userId))
    throw new ConflictError('seller_suspended', 'The seller is suspended and cannot list tickets');
  const { city, category, seat, notes, secret } = ticket;
  const details = { startsAt, timeZone, venue, city, category, seat, notes, secret };
  const state = newListing(userId, { ...details, title, amount, currency, faceAmount });
  try {
    return await insert(Ticket, 'ticket', { ...state, restoredFrom: ticket._id }, (listed) => [
      ticketEvent(listed),
      acted,
    ]);
  } catch (error) {
    if (duplicateKey(error) !== restoredIndex.options.name)
      throw await duplicateOfferError(error, state.offerKey);
    const other = await tickets.findOne({ restoredFrom: ticket._id }, { projection: { _id: 1 } });
    const message = 'This listing was restored already';
    throw new ConflictError('already_restored', message, other ? { ticketId: other._id } : {});
  }
}

function withdraw(ticket: Ticket, reason: string): Partial<Ticket> {
  return toStored(takeDown(ticket, { at: new Date(), reason }));
}

function changeListing(
  id: string,
  decide: (ticket: Ticket) => Partial<Ticket>,
  further: DomainEvent[],
): Promise<Ticket> {
  return change<Ticket>(Ticket, {
    kind: 'ticket',
    id,
    decide,
    toEvent: (ticket) => [ticketEvent(ticket), ...further],
  });
}
