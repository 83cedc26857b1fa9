import type { EventName } from './events.ts';
import { orderEvents } from './events.ts';

/** What a service requests when it may have lost events. */
export type Resync = {
  /** The events whose aggregates it copies or observes. Their publishers publish the current states. */
  subjects: readonly EventName[];
  /** It needs only the aggregates that may still change. */
  activeOnly?: boolean;
};

/** By service. Here and not in the services, because an operator requests it too (`npm run resync`). */
export const resyncs = {
  // auth copies nothing: it has the others learn again which sessions ended.
  auth: { subjects: ['session:ended', 'payment:refunded'] },
  tickets: { subjects: [...orderEvents, 'user:updated', 'session:ended'] },
  orders: {
    subjects: [
      'ticket:created',
      'ticket:updated',
      'ticket:reservation-refused',
      'payment:authorized',
      'payment:created',
      'payment:failed',
      'payment:refunded',
      'session:ended',
    ],
  },
  payments: { subjects: [...orderEvents, 'session:ended'] },
  expiration: { subjects: orderEvents, activeOnly: true },
} as const satisfies Record<string, Resync>;
