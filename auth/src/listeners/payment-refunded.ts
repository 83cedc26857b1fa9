import type { EventHandler, Logger, Outbox } from '@ticketing/common';
import { recordSellerRefund } from '../models/seller.ts';

/** Counts the refund against its seller. Disputes, the dashboard and refunds of a part count against no one. */
export function whenPaymentRefunded(deps: {
  outbox: Outbox;
  log: Logger;
  maxSellerRefunds: number;
}): EventHandler<'payment:refunded'> {
  const { outbox, log, maxSellerRefunds } = deps;
  return async ({ id, sellerRefund }) => {
    if (!sellerRefund) return;
    const { sellerId, at } = sellerRefund;
    const user = await recordSellerRefund(sellerId, { id, at: new Date(at) }, maxSellerRefunds);
    if (!user) return;
    outbox.flush(user);
    if (user.sellingSuspendedAt)
      log.warn({ sellerId, since: user.sellingSuspendedAt, alarm: true }, 'seller suspended after refunds');
  };
}
