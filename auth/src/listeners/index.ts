import type { EventBus, Logger, Outbox } from '@ticketing/common';
import { whenOperatorActed } from './operator-acted.ts';
import { whenPaymentRefunded } from './payment-refunded.ts';
import { whenResyncRequested } from './resync-requested.ts';

export function subscribe(bus: EventBus, deps: { outbox: Outbox; log: Logger; maxSellerRefunds: number }) {
  bus.subscribe('operator:acted', whenOperatorActed(deps.log));
  bus.subscribe('payment:refunded', whenPaymentRefunded(deps));
  bus.subscribe('resync:requested', whenResyncRequested(bus));
}
