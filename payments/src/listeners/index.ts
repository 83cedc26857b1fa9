import type { EventBus } from '@ticketing/common';
import type { Dependencies } from '../decide.ts';
import type { Worker } from '../worker.ts';
import { whenOrderChanged } from './order-changed.ts';

export function subscribe(bus: EventBus, deps: Dependencies, worker: Worker) {
  bus.subscribe('order:created', whenOrderChanged(deps, worker));
  bus.subscribe('order:updated', whenOrderChanged(deps, worker));
  bus.subscribe('order:cancelled', whenOrderChanged(deps, worker));
}
