import type { Republisher, ServiceContext } from '@ticketing/common';
import { createRepublisher } from '@ticketing/common';
import { publishedEvent } from '../charge.ts';
import { Payment } from '../models/payment.ts';
import { paymentEvent } from '../models/payment-event.ts';

type Scope = { statuses: string[]; activeOnly: boolean };

/** Republishes the last event of each payment, for a service that may have lost it. */
export function respondToResyncs(context: ServiceContext): Republisher<Scope> {
  const payments = createRepublisher({
    model: Payment,
    kind: 'payment',
    ...context,
    toEvent: paymentEvent,
    filterOf: ({ statuses, activeOnly }: Scope) => ({
      publishedStatus: { $in: statuses },
      ...(activeOnly && { 'order.status': { $in: ['created', 'awaiting:payment'] } }),
    }),
  });
  context.bus.subscribe('resync:requested', async ({ subjects, activeOnly }) => {
    const statuses = Object.entries(publishedEvent)
      .filter(([, name]) => subjects.includes(name))
      .map(([status]) => status);
    if (statuses.length > 0) await payments.request({ statuses, activeOnly });
  });
  return payments;
}
