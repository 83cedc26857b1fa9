import { configOrExit, resyncs, startService } from '@ticketing/common';
import { readConfig } from './config.ts';
import { expirationComplete } from './events.ts';
import { subscribe } from './listeners/index.ts';
import { redisStore } from './redis-store.ts';
import { watchSentinel } from './sentinel.ts';
import { createTimer } from './timer.ts';

const config = configOrExit(() => readConfig(process.env));
const store = redisStore(config);
await startService({
  name: 'expiration',
  config,
  store,
  resync: resyncs.expiration,
  build({ bus, log, requestResync }) {
    const { redis } = store;
    const timer = createTimer({
      redis,
      server: config,
      log,
      fire: (orderId, expiresAt) => bus.publish(expirationComplete(orderId, expiresAt)),
    });
    subscribe(bus, timer);
    const sentinel = watchSentinel({ redis, key: 'expiration:sentinel', log, afterLoss: requestResync });
    return {
      ready: [sentinel.seen],
      details: () => ({ redis: redis.status === 'ready' ? 'up' : 'down' }),
      stop: [() => Promise.resolve(sentinel.close()), () => timer.pause()],
      close: [() => timer.close()],
    };
  },
});
