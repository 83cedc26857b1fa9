import type { EventBus } from '@ticketing/common';
import { whenResyncRequested } from './resync-requested.ts';

export function subscribe(bus: EventBus) {
  bus.subscribe('resync:requested', whenResyncRequested(bus));
}
