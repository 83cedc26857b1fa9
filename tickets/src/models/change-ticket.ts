import type { FieldError, Idempotency, User } from '@ticketing/common';
import {
  change,
  ConflictError,
  duplicateKey,
  findByIdempotencyKey,
  ForbiddenError,
  idempotencyIndex,
  insert,
  newId,
  toMinorUnits,
  UnavailableError,
  ValidationError,
} from '@ticketing/common';
import type { OrderFact } from '../reservation.ts';
import { applyOrderFact, assertAvailable } from '../reservation.ts';
import { amountError } from './amount-error.ts';
import { omitUndefined } from './omit-undefined.ts';
import { searchKeys } from './search.ts';
import type { Details } from './ticket.ts';
import { Ticket } from './ticket.ts';
import { reservationRefusedEvent, ticketEvent } from './ticket-event.ts';

export type NewTicket = Details & Pick<Ticket, 'title' | 'amount' | 'currency' | 'faceAmount'>;

/** Lists a ticket. A repeated idempotency key returns the ticket of the first request instead. */
export async function listTicket(
  seller: User,
  fields: NewTicket,
  idempotency?: Idempotency,
): Promise<{ ticket: Ticket; isNew: boolean }> {
  const now = new Date();
  const state: Omit<Ticket, 'version' | 'outbox'> = {
    _id: newId(),
    userId: seller.id,
    status: 'available',
    reservationSeq: 0,
    ...fields,
    ...searchKeys(fields),
    createdAt: now,
    updatedAt: now,
    ...(idempotency && { idempotencyKey: idempotency.key, idempotencyHash: idempotency.hash }),
  };
  try {
    const ticket = await insert(Ticket, 'ticket', omitUndefined(state), ticketEvent);
    return { ticket, isNew: true };
  } catch (error) {
    const isRepeated = duplicateKey(error) === idempotencyIndex.options.name;
    const ticket = isRepeated && idempotency && (await findByIdempotencyKey(Ticket, seller.id, idempotency));
    if (!ticket) throw error;
    return { ticket, isNew: false };
  }
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

/** Applies a seller's edit by compare-and-set. Throws ConflictError when a reservation comes first. */
export async function editTicket(id: string, seller: User, edit: Edit): Promise<Ticket> {
  return changeTicket(id, (ticket) => {
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
    return { ...changes, ...searchKeys({ ...ticket, ...changes }), updatedAt: new Date() };
  });
}

/** Withdraws an available ticket for good. The document stays, so that a late order is refused rather than lost. */
export async function withdrawTicket(id: string, seller: User): Promise<Ticket> {
  return changeTicket(id, (ticket) => {
    assertOwn(ticket, seller);
    assertAvailable(ticket);
    return { status: 'withdrawn', updatedAt: new Date() };
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
      const changes = applyOrderFact(ticket, fact);
      return changes && { ...changes, updatedAt: new Date() };
    },
    toEvent: (ticket) =>
      ticket.refusedOrderId === fact.orderId
        ? reservationRefusedEvent(ticket, fact.orderId)
        : ticketEvent(ticket),
  });
}

async function changeTicket(id: string, decide: (ticket: Ticket) => Partial<Ticket>): Promise<Ticket> {
  const ticket = await change<Ticket>(Ticket, { kind: 'ticket', id, decide, toEvent: ticketEvent });
  if (!ticket) throw new UnavailableError();
  return ticket;
}

function assertOwn(ticket: Ticket, user: User) {
  if (ticket.userId !== user.id) throw new ForbiddenError('This ticket is not yours');
}

/** The amounts of an edit. Prices can be converted only once the currency of the ticket is known. */
function amountsOf({ price, faceValue, currency: given }: Edit, currency: string) {
  const problems: FieldError[] = [];
  if (given !== undefined && given !== currency)
    problems.push({
      field: 'currency',
      message: `The currency of this ticket is ${currency} and cannot change`,
    });
  const amount = toMinorUnits(price, currency);
  if (amount === undefined) problems.push(amountError('price', currency));
  const faceAmount = typeof faceValue === 'number' ? toMinorUnits(faceValue, currency) : undefined;
  if (typeof faceValue === 'number' && faceAmount === undefined)
    problems.push(amountError('faceValue', currency));
  if (amount === undefined || problems.length > 0) throw new ValidationError(problems);
  return { amount, ...(faceValue !== undefined && { faceAmount }) };
}
