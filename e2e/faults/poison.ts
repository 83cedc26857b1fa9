import type { EventEmitter } from 'node:events';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cloudEvent } from '@ticketing/common';
import { root } from '../../infra/local/src/system.ts';
import type { EventBusName } from '../../infra/local/src/system-options.ts';

/** The content of a poison message: an unparsable message on a channel with several consumers. */
export const poison = (seed: number) => `poison ${seed}`;

/** The parts of the brokers' clients that are used here; the event bus of common rejects unparsable events. */
type StreamingClient = {
  connect: (
    clusterId: string,
    clientId: string,
    options: { url: string },
  ) => EventEmitter & {
    publish(subject: string, data: string, done: (error: Error | undefined) => void): void;
    close(): void;
  };
};
type JetStreamConnection = {
  request(subject: string, data: string): Promise<unknown>;
  close(): Promise<void>;
};
type NatsClient = {
  connect: (options: { servers: string; user: string; pass: string }) => Promise<JetStreamConnection>;
};

type Broker = { system: { brokerUrl: string }; eventBus: EventBusName };
type Message = { as: string; subject: string; text: string };

export function publishPoison(broker: Broker, seed: number): Promise<void> {
  return publish(broker, { as: `poison-publisher-${seed}`, subject: 'order:updated', text: poison(seed) });
}

/**
 * Publishes an event of a later version: it has a field that no consumer knows. It requests the states of a subject that
 * no service owns, so it changes nothing.
 */
export function publishLaterEvent(broker: Broker, seed: number): Promise<void> {
  const data = { id: String(seed), subjects: ['later:event'], activeOnly: false, reason: 'a later version' };
  const about = { id: `later:${seed}:0`, source: 'orders', subject: String(seed) };
  // `data` is no literal here, so that the type does not refuse the field.
  const text = JSON.stringify(cloudEvent('resync:requested', about, data));
  return publish(broker, { as: `later-publisher-${seed}`, subject: 'resync:requested', text });
}

async function publish({ system, eventBus }: Broker, message: Message): Promise<void> {
  const requireFromCommon = createRequire(join(root, 'common/package.json'));
  if (eventBus === 'nats-streaming')
    return publishToStreaming(requireFromCommon('node-nats-streaming') as StreamingClient, system, message);
  const { connect } = requireFromCommon('@nats-io/transport-node') as NatsClient;
  const { host, username: user, password: pass } = new URL(system.brokerUrl);
  const connection = await connect({ servers: host, user, pass });
  await connection.request(`events.${message.subject.replaceAll(':', '.')}`, message.text); // answered once it is stored
  await connection.close();
}

async function publishToStreaming(
  { connect }: StreamingClient,
  { brokerUrl: url }: Broker['system'],
  { as, subject, text }: Message,
): Promise<void> {
  const stan = connect('ticketing', as, { url });
  await once(stan, 'connect');
  await new Promise<void>((resolve, reject) =>
    stan.publish(subject, text, (error) => (error ? reject(error) : resolve())),
  );
  stan.close();
}
