import type { EventBus, EventData } from '@ticketing/common';
import { resync } from '@ticketing/common';
import { publishedEvent } from '../charge.ts';
import { Payment } from '../models/payment.ts';
import { paymentEvent } from '../models/payment-event.ts';

/** Republishes the last event of each payment, for a service that may have lost it. */
export function whenResyncRequested(bus: EventBus) {
  return async ({ subjects, activeOnly }: EventData<'resync:requested'>): Promise<void> => {
    const statuses = Object.entries(publishedEvent)
      .filter(([, name]) => subjects.includes(name))
      .map(([status]) => status);
    if (statuses.length === 0) return;
    const active = activeOnly ? { 'order.status': { $in: ['created', 'awaiting:payment'] } } : {};
    await resync(
      { model: Payment, kind: 'payment', source: 'payments', bus, toEvent: paymentEvent },
      { publishedStatus: { $in: statuses }, ...active },
    );
  };
}
