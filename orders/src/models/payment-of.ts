import type { EventData } from '@ticketing/common';
import type { Payment } from '../purchase.ts';

/** What an order keeps of its payment's event. */
export function paymentOf({
  id,
  status,
  version,
  refundedAmount,
  dispute,
}: EventData<'payment:created'>): Payment {
  return { id, status, version, ...(refundedAmount > 0 && { refundedAmount }), ...(dispute && { dispute }) };
}
