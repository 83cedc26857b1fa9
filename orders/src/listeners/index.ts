import type { EventBus, Logger, Outbox } from '@ticketing/common';
import { whenExpirationComplete } from './expiration-complete.ts';
import { whenPaymentAuthorized } from './payment-authorized.ts';
import { whenPaymentCreated } from './payment-created.ts';
import { whenPaymentFailed } from './payment-failed.ts';
import { whenPaymentRefunded } from './payment-refunded.ts';
import { whenReservationRefused } from './reservation-refused.ts';
import { whenTicketCreated } from './ticket-created.ts';
import { whenTicketUpdated } from './ticket-updated.ts';

export function subscribe(bus: EventBus, outbox: Outbox, log: Logger) {
  bus.subscribe('ticket:created', whenTicketCreated());
  bus.subscribe('ticket:updated', whenTicketUpdated(outbox));
  bus.subscribe('ticket:reservation-refused', whenReservationRefused(outbox));
  bus.subscribe('expiration:complete', whenExpirationComplete(outbox));
  bus.subscribe('payment:authorized', whenPaymentAuthorized(outbox, log));
  bus.subscribe('payment:created', whenPaymentCreated(outbox, log));
  bus.subscribe('payment:failed', whenPaymentFailed(outbox));
  bus.subscribe('payment:refunded', whenPaymentRefunded(outbox));
}
