import { Counter, Gauge, Histogram } from 'prom-client';

/** What every event bus measures, whichever broker it speaks to. */
export const busUp = new Gauge({
  name: 'ticketing_bus_up',
  help: '1 while connected with every subscription standing',
});
export const publishSeconds = new Histogram({
  name: 'ticketing_bus_publish_seconds',
  help: 'From sending an event to its acknowledgement by the broker, or to giving up',
  labelNames: ['channel', 'outcome'],
});
export const publishesInFlight = new Gauge({
  name: 'ticketing_bus_publishes_in_flight',
  help: 'Events sent, not acknowledged',
});
export const connectionsLost = new Counter({
  name: 'ticketing_bus_connections_lost_total',
  help: 'Connections lost or never made',
});
