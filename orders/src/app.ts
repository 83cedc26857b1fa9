import type { Limiter, Outbox, Revocations, ServiceContext } from '@ticketing/common';
import { addOperatorRoutes, operatorsOnly, serviceApp, sessionReader } from '@ticketing/common';
import type { Config } from './config.ts';
import { readFacts } from './facts.ts';
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
  context: Pick<ServiceContext, 'source' | 'bus' | 'deadLetters' | 'log'>;
  outbox: Outbox;
  streams: OrderStreams;
  revocations: Pick<Revocations, 'isRevoked'>;
}) {
  const { config, limiter, context, outbox, streams, revocations } = deps;
  const { bus, log } = context;
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
    const operators = operatorsOnly(limiter);
    app.get('/api/orders/admin/orders/:id', operators, showOrderToOperators());
    addOperatorRoutes(app, '/api/orders', { ...context, limiter, operators, readFacts });
  });
}
