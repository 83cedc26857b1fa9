import type { EventEmitter } from 'node:events';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
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

export async function publishPoison(url: string, seed: number): Promise<void> {
  const requireFromCommon = createRequire(join(root, 'common/package.json'));
  const { connect } = requireFromCommon('node-nats-streaming') as Client;
  const stan = connect('ticketing', `poison-publisher-${seed}`, { url });
  await once(stan, 'connect');
  await new Promise<void>((resolve, reject) =>
    stan.publish('order:updated', poison(seed), (error) => (error ? reject(error) : resolve())),
  );
  stan.close();
}
