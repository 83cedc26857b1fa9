import type { EventBus } from '@ticketing/common';
import { connectToEvents, createLogger } from '@ticketing/common';
import type { System } from '../../infra/local/src/system.ts';

/** A connection to the system's broker as a client and a queue group of its own. */
export function connectBus(system: System, clientId: string): Promise<EventBus> {
  return connectToEvents({
    eventBus: 'nats-streaming',
    url: system.brokerUrl,
    clusterId: 'ticketing',
    clientId,
    group: clientId,
    deadLetters: async () => undefined,
    log: createLogger('bench', 'fatal'),
  });
}

/** What the scenarios need of an observed `ticket:updated` or `order:updated`. */
export type ObservedEvent = { id: string; status: string; orderId: string | null };

/** Observes updates of tickets and orders on the bus, without a request to the services. */
export async function observeUpdates(system: System) {
  const bus = await connectBus(system, 'bench-observer');
  const observers = new Set<(event: ObservedEvent) => void>();
  for (const name of ['ticket:updated', 'order:updated'] as const)
    bus.observe(name, ({ id, status, ...data }) => {
      const orderId = 'orderId' in data ? data.orderId : null;
      for (const observer of observers) observer({ id, status, orderId });
    });
  await bus.ready();
  return {
    /** Calls back for each update. @returns a function that ends this. */
    observe(observer: (event: ObservedEvent) => void) {
      observers.add(observer);
      return () => observers.delete(observer);
    },
    close: () => bus.close(),
  };
}
