import type { EventBus } from '../event-bus.ts';
import { connectToJetStream } from './jetstream.ts';
import type { NatsStreamingOptions } from './nats-streaming.ts';
import { connectToNats } from './nats-streaming.ts';

export type EventsOptions = NatsStreamingOptions & {
  /** Which broker runs at `url` (EVENT_BUS). */
  eventBus: 'nats-streaming' | 'jetstream';
};

/**
 * Resolves at once with a bus that connects in the background and retries until it succeeds; see `ready()` and
 * `status`. Rejects when `url` is malformed.
 */
export function connectToEvents({ eventBus, ...options }: EventsOptions): Promise<EventBus> {
  return eventBus === 'jetstream' ? connectToJetStream(options) : connectToNats(options);
}
