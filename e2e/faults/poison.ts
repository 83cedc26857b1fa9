import { once } from 'node:events';
import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from '../../infra/local/src/system.ts';

/** What no service can read, on a channel that four of them read. Only the broker's own client would send it. */
export const poison = (seed: number) => `poison ${seed}`;

/** What is used here of the client that common has. */
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
  const ofCommon = createRequire(join(root, 'common/package.json'));
  const { connect } = ofCommon('node-nats-streaming') as Client;
  const stan = connect('ticketing', `poisoner-${seed}`, { url });
  await once(stan, 'connect');
  await new Promise<void>((resolve, reject) =>
    stan.publish('order:updated', poison(seed), (error) => (error ? reject(error) : resolve())),
  );
  stan.close();
}
