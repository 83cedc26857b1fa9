import type { EventBus, Logger, Outbox } from '@ticketing/common';
import { whenOperatorActed } from './operator-acted.ts';
import { whenPaymentRefunded } from './payment-refunded.ts';

export function subscribe(bus: EventBus, deps: { outbox: Outbox; log: Logger; maxSellerRefunds: number }) {
  bus.subscribe('operator:acted', whenOperatorActed(deps.log));
  bus.subscribe('payment:refunded', whenPaymentRefunded(deps));
}
