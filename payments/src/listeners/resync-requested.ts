import { resync } from '@ticketing/common';
import type { EventBus, EventData } from '@ticketing/common';
import { publishedEvent } from '../charge.ts';
import { Payment, paymentEvent } from '../models/payment.ts';

/** Publishes what payments last told about each payment again, for who has lost it. */
export function whenResyncRequested(bus: EventBus) {
  return async ({ subjects, activeOnly }: EventData<'resync:requested'>): Promise<void> => {
    const asked = Object.entries(publishedEvent)
      .filter(([, name]) => subjects.includes(name))
      .map(([status]) => status);
    if (asked.length === 0) return;
    const active = activeOnly ? { 'order.status': { $in: ['created', 'awaiting:payment'] } } : {};
    await resync(
      { model: Payment, kind: 'payment', source: 'payments', bus, toEvent: paymentEvent },
      { announced: { $in: asked }, ...active },
    );
  };
}
