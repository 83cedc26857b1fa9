import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from './app.ts';
import type { Config } from './config.ts';
import { createFaults } from './faults.ts';
import { createIdempotency } from './idempotency.ts';
import { openStore } from './store.ts';
import { createWebhooks } from './webhooks.ts';

export interface RunningEmulator {
  url: string;
  stop(): Promise<void>;
}

const DRAIN_MS = 10_000;

export async function startEmulator(config: Config): Promise<RunningEmulator> {
  const store = openStore(config.STATE_FILE);
  const faults = createFaults();
  const webhooks = createWebhooks({
    url: config.WEBHOOK_URL,
    secret: config.STRIPE_WEBHOOK_SECRET,
    enabledEvents: config.WEBHOOK_EVENTS,
    store,
    faults,
  });
  const app = createApp({
    ...{ store, faults, webhooks, idempotency: createIdempotency(store) },
    publicOrigin: config.PUBLIC_ORIGIN,
    stripeKey: config.STRIPE_KEY,
  });
  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(config.PORT, config.HOST, resolve);
  });
  webhooks.resume();

  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${config.HOST}:${port}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), DRAIN_MS).unref();
      await closed;
      webhooks.stop();
      await store.close();
    },
  };
}
