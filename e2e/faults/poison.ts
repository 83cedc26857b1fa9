import type { EventEmitter } from 'node:events';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cloudEvent } from '@ticketing/common';
import { root } from '../../infra/local/src/system.ts';

/** The content of a poison message: an unparsable message on a channel with several consumers. */
export const poison = (seed: number) => `poison ${seed}`;

/** The part of the broker's client that is used here; the event bus of common rejects unparsable events. */
type Client = {
  connect: (
    clusterId: string,
    clientId: string,
    options: { url: string },
  ) => EventEmitter & {
    publish(subject: string, data: string, done: (error: Error | undefined) => void): void;
    close(): void;
  };
};

export function publishPoison(url: string, seed: number): Promise<void> {
  return publish(url, { as: `poison-publisher-${seed}`, subject: 'order:updated', text: poison(seed) });
}

/**
 * Publishes an event of a later version: it has a field that no consumer knows. It requests the states of a subject that
 * no service owns, so it changes nothing.
 */
export function publishLaterEvent(url: string, seed: number): Promise<void> {
  const data = { id: String(seed), subjects: ['later:event'], activeOnly: false, reason: 'a later version' };
  const about = { id: `later:${seed}:0`, source: 'orders', subject: String(seed) };
  // `data` is no literal here, so that the type does not refuse the field.
  const text = JSON.stringify(cloudEvent('resync:requested', about, data));
  return publish(url, { as: `later-publisher-${seed}`, subject: 'resync:requested', text });
}

async function publish(
  url: string,
  { as, subject, text }: { as: string; subject: string; text: string },
): Promise<void> {
  const requireFromCommon = createRequire(join(root, 'common/package.json'));
  const { connect } = requireFromCommon('node-nats-streaming') as Client;
  const stan = connect('ticketing', as, { url });
  await once(stan, 'connect');
  await new Promise<void>((resolve, reject) =>
    stan.publish(subject, text, (error) => (error ? reject(error) : resolve())),
  );
  stan.close();
}
