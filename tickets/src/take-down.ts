import { ConflictError } from '@ticketing/common';
import type { ReservationState } from './reservation.ts';
import { assertAvailable } from './reservation.ts';

/**
 * The rules by which operators take listings down. Pure. An available ticket is withdrawn. A reserved one stays with its
 * buyer, and is withdrawn instead of available when the reservation ends without a sale. Withdrawn is final in the purchase
 * protocol, so a restored listing is listed again under a new id.
 */

/** Why an operator took a listing down; its seller reads `reason`. */
export type TakenDown = { at: Date; reason: string };

type State = Pick<ReservationState, 'status'> & { takenDown?: TakenDown | undefined };
type Changes = Partial<State>;

/** Throws ConflictError (`already_taken_down`, `ticket_sold`, `ticket_withdrawn`). */
export function takeDown(state: State, takenDown: TakenDown): Changes {
  if (state.takenDown) throw new ConflictError('already_taken_down', 'This listing is taken down already');
  if (state.status === 'reserved') return { takenDown };
  assertAvailable(state);
  return { status: 'withdrawn', takenDown };
}

/** The changes by an order's fact, for a listing that may be taken down. */
export function applyTakeDown<C extends Changes>(
  state: State,
  changes: C | undefined,
): (C & Changes) | undefined {
  if (!changes?.status || !state.takenDown) return changes;
  if (changes.status === 'available') return { ...changes, status: 'withdrawn' };
  // Sold before it could be withdrawn, or withdrawn by a refund: there is no listing any more.
  return changes.status === 'reserved' ? changes : { ...changes, takenDown: undefined };
}

/**
 * How a listing is restored: kept, as its reservation has not ended, or listed again. Throws ConflictError
 * (`not_taken_down`).
 */
export function restoration({ status, takenDown }: State): 'keep' | 'list again' {
  if (!takenDown) throw new ConflictError('not_taken_down', 'This listing is not taken down');
  return status === 'reserved' ? 'keep' : 'list again';
}
