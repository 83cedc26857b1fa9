import { Counter, Gauge, Histogram } from 'prom-client';

// The metrics of an event bus, the same for every broker.

export const busUp = new Gauge({
  name: 'ticketing_bus_up',
  help: '1 while connected with every subscription active',
});
export const publishSeconds = new Histogram({
  name: 'ticketing_bus_publish_seconds',
  help: 'Time from sending an event until the broker acknowledged it or the publish failed',
  labelNames: ['channel', 'outcome'],
});
export const publishesInFlight = new Gauge({
  name: 'ticketing_bus_publishes_in_flight',
  help: 'Events sent and not yet acknowledged',
});
export const logUsedRatio = new Gauge({
  name: 'ticketing_bus_log_used_ratio',
  help: 'Size of the event log divided by its limit, from 0 to 1; the broker refuses events at 1 (JetStream only)',
});
export const connectionsLost = new Counter({
  name: 'ticketing_bus_connections_lost_total',
  help: 'Connections lost, and attempts to connect that failed',
});
export const busLag = new Gauge({
  name: 'ticketing_bus_lag',
  help: 'Events of a channel that the group of this service has not acknowledged, the same for all replicas',
  labelNames: ['channel'],
});
