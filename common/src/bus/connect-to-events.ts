import type { EventBus } from '../event-bus.ts';
import type { NatsStreamingOptions } from './nats-streaming.ts';

export type EventsOptions = NatsStreamingOptions & {
  /** Which broker runs at `url` (EVENT_BUS). */
  eventBus: 'nats-streaming' | 'jetstream';
};

/**
 * Resolves with a bus that connects in the background and retries until it succeeds; see `ready()` and `status`. Loads
 * only the client of the broker in use. Rejects when `url` is malformed.
 */
export async function connectToEvents({ eventBus, ...options }: EventsOptions): Promise<EventBus> {
  if (eventBus === 'jetstream') return (await import('./jetstream.ts')).connectToJetStream(options);
  return (await import('./nats-streaming.ts')).connectToNats(options);
}
