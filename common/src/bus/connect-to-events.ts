import type { EventBus } from '../event-bus.ts';
import { connectToJetStream } from './jetstream.ts';
import { connectToNats } from './nats-streaming.ts';
import type { NatsStreamingOptions } from './nats-streaming.ts';

export type EventsOptions = NatsStreamingOptions & {
  /** What the broker at `url` is (EVENT_BUS). */
  eventBus: 'nats-streaming' | 'jetstream';
};

/** Returns at once with a bus that connects by itself for as long as it takes; see `ready()` and `status`. */
export function connectToEvents({ eventBus, ...options }: EventsOptions): Promise<EventBus> {
  return eventBus === 'jetstream' ? connectToJetStream(options) : connectToNats(options);
}
