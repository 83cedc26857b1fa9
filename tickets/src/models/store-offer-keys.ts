import type { Logger, TicketStatus } from '@ticketing/common';
import { duplicateKey, toUpdate } from '@ticketing/common';
import { OFFER_FORM, offerKeys } from './offer-key.ts';
import type { Ticket } from './ticket.ts';
import { tickets } from './ticket.ts';

/**
 * Stores the offer keys of live tickets that were stored with another `OFFER_FORM`. Only tickets of future events matter,
 * because no other can be listed. Of tickets that already offer the same seat, one gets the key; the others stay as they
 * are, are logged, and are tried again at the next start. Failures are logged only: the service must start anyway.
 */
export async function storeOfferKeys(log: Logger, now = new Date()): Promise<void> {
  const live: TicketStatus[] = ['available', 'reserved', 'sold'];
  const seated = { status: { $in: live }, overAt: { $gt: now }, seat: { $exists: true } };
  const outdated = { ...seated, offerForm: { $ne: OFFER_FORM } };
  try {
    // A replica of an older version withdraws a ticket without removing its key.
    await tickets.updateMany(
      { status: 'withdrawn', offerKey: { $exists: true } },
      { $unset: { offerKey: '' } },
    );
    for await (const ticket of tickets.find(outdated, { projection: { outbox: 0 } }))
      await storeKeys(ticket, log);
  } catch (err) {
    log.warn({ err }, 'offer keys not stored');
  }
}

/** The condition on `version` skips a ticket that changed meanwhile: an edit stores the key itself. */
async function storeKeys(ticket: Ticket, log: Logger): Promise<void> {
  const { _id, version } = ticket;
  const keys = offerKeys(ticket);
  try {
    await tickets.updateOne({ _id, version }, toUpdate(keys));
  } catch (error) {
    if (duplicateKey(error) === undefined) throw error;
    const other = await tickets.findOne({ offerKey: keys.offerKey }, { projection: { _id: 1 } });
    log.warn({ ticketId: _id, otherTicketId: other?._id }, 'duplicate offer found');
  }
}
