import type { DomainEvent, EventData } from '@ticketing/common';
import type { EndReason } from '../charge.ts';
import { publishedEvent } from '../charge.ts';
import type { Payment } from './payment.ts';

/** The event of the last published status, which stays true until the next one. */
export function paymentEvent(payment: Payment): DomainEvent {
  const { _id, version, order, publishedStatus = 'open', reason, refundedAmount, dispute } = payment;
  const name = publishedEvent[publishedStatus];
  if (!name) throw new Error(`Payment ${_id} has published nothing yet`);
  return {
    name,
    data: {
      id: _id,
      version,
      orderId: _id,
      userId: order.userId,
      status: publishedStatus,
      amount: order.amount,
      currency: order.currency,
      ...(reason && isReasonOf(name, reason) && { reason }),
      refundedAmount,
      ...(dispute && { dispute }),
      ...(name === 'payment:refunded' && sellerRefundOf(payment)),
    },
  };
}

/** Set when the seller ended the sale: the last request was for all that was left, not for a part of it. */
function sellerRefundOf({
  order,
  refunds,
  reason,
}: Payment): Pick<EventData<'payment:refunded'>, 'sellerRefund'> {
  const last = refunds?.at(-1);
  if (!last || last.amount !== undefined || reason === 'dispute_lost') return {};
  return { sellerRefund: { sellerId: order.sellerId, at: last.at.toISOString() } };
}

/** A payment that was voiding and is refunded keeps its earlier reason, which explains no refund. */
function isReasonOf(name: string, reason: EndReason): boolean {
  return name === 'payment:failed' || (name === 'payment:refunded' && reason === 'dispute_lost');
}
