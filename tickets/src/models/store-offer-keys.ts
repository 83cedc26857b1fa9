import type { Logger, TicketStatus } from '@ticketing/common';
import { duplicateKey } from '@ticketing/common';
import { offerKey } from './offer-key.ts';
import { tickets } from './ticket.ts';

/**
 * Stores the offer keys of live tickets that were listed before the key existed or by an older rule. Only tickets of
 * future events matter, because no other can be listed. Of tickets that already offer the same seat, one gets the key;
 * the others stay as they are and are logged. Failures are logged only: the service must start anyway.
 */
export async function storeOfferKeys(log: Logger, now = new Date()): Promise<void> {
  const live: TicketStatus[] = ['available', 'reserved', 'sold'];
  const seated = { status: { $in: live }, overAt: { $gt: now }, seat: { $exists: true } };
  try {
    // A replica of an older version withdraws a ticket without removing its key.
    await tickets.updateMany(
      { status: 'withdrawn', offerKey: { $exists: true } },
      { $unset: { offerKey: '' } },
    );
    for await (const ticket of tickets.find(seated, { projection: { outbox: 0 } })) {
      const key = offerKey(ticket);
      if (key !== ticket.offerKey) await storeKey(ticket, key, log);
    }
  } catch (err) {
    log.warn({ err }, 'offer keys not stored');
  }
}

type Keyed = { _id: string; version: number };

/** The condition on `version` skips a ticket that changed meanwhile: an edit stores the key itself. */
async function storeKey({ _id, version }: Keyed, key: string | undefined, log: Logger): Promise<void> {
  try {
    await tickets.updateOne(
      { _id, version },
      key === undefined ? { $unset: { offerKey: '' } } : { $set: { offerKey: key } },
    );
  } catch (error) {
    if (duplicateKey(error) === undefined) throw error;
    const other = await tickets.findOne({ offerKey: key }, { projection: { _id: 1 } });
    log.warn({ ticketId: _id, otherTicketId: other?._id }, 'duplicate offer found');
  }
}
