import type { EventBus, Limiter, Logger, Outbox, Revocations } from '@ticketing/common';
import { operatorsOnly, serviceApp, sessionReader } from '@ticketing/common';
import type { Config } from './config.ts';
import { showOrderToOperators } from './routes/admin/show-order.ts';
import { cancelOrder } from './routes/cancel-order.ts';
import { createOrder } from './routes/create-order.ts';
import { listOrders } from './routes/list-orders.ts';
import { showOrder } from './routes/show-order.ts';
import { streamOrders } from './routes/stream-orders.ts';
import type { OrderStreams } from './streams.ts';

export function createApp(deps: {
  config: Pick<
    Config,
    | 'trustProxy'
    | 'publicOrigins'
    | 'publicKeys'
    | 'cookieSecure'
    | 'reservationMs'
    | 'reservationLimits'
    | 'rates'
  >;
  limiter: Limiter;
  bus: Pick<EventBus, 'isCurrent'>;
  outbox: Outbox;
  streams: OrderStreams;
  revocations: Pick<Revocations, 'isRevoked'>;
  log: Logger;
}) {
  const { config, limiter, bus, outbox, streams, revocations, log } = deps;
  const readSession = sessionReader(config.publicKeys, revocations, config.cookieSecure);
  return serviceApp({ config, readSession, log, outbox }, (app) => {
    app.get('/api/orders', listOrders());
    app.post(
      '/api/orders',
      limiter('reservations', config.rates.reservations),
      createOrder(outbox, bus, config),
    );
    app.get('/api/orders/stream', streamOrders(streams));
    app.get('/api/orders/:id', showOrder());
    app.delete('/api/orders/:id', cancelOrder(outbox));
    app.get('/api/orders/admin/orders/:id', operatorsOnly(limiter), showOrderToOperators());
  });
}
