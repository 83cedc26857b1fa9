import {
  requestResync,
  connectToEvents,
  crashAt,
  createLogger,
  orderEvents,
  configOrExit,
  serve,
} from '@ticketing/common';
import { readConfig } from './config.ts';
import { redisDeadLetters } from './dead-letters.ts';
import { expirationComplete } from './events.ts';
import { listen } from './listeners/index.ts';
import { redisForCommands } from './redis.ts';
import { watchSentinel } from './sentinel.ts';
import { createTimer } from './timer.ts';

const config = configOrExit(() => readConfig(process.env));
const log = createLogger('expiration', config.logLevel);
const redis = redisForCommands(config.redisUrl, log);
const askForOrders = () =>
  requestResync({
    bus,
    log,
    source: 'expiration',
    subjects: orderEvents,
    activeOnly: true,
  });
const bus = await connectToEvents({
  ...config.nats,
  group: 'expiration',
  deadLetters: redisDeadLetters(redis),
  log,
  crashPoint: crashAt(config.crashAt),
  afterReset: () => void askForOrders(),
});
const timer = createTimer({
  redis,
  redisUrl: config.redisUrl,
  log,
  fire: (orderId, expiresAt) => bus.publish(expirationComplete(orderId, expiresAt)),
});
listen(bus, timer);
const sentinel = watchSentinel({ redis, key: 'expiration:sentinel', log, afterLoss: askForOrders });
await serve(undefined, {
  host: config.host,
  port: config.port,
  log,
  ready: [bus.ready(), sentinel.seen],
  details: () => ({ events: bus.status, redis: redis.status === 'ready' ? 'up' : 'down' }),
  close: [
    () => Promise.resolve(sentinel.close()),
    () => timer.pause(),
    () => bus.close(),
    () => timer.close(),
    () => Promise.resolve(redis.disconnect()),
  ],
});
