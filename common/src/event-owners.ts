/** Every service that owns an aggregate or keeps replicas: each may have lost events, so each may request a resync. */
const everyService = ['auth', 'tickets', 'orders', 'payments', 'expiration'] as const;

/**
 * The services that may publish each event, by the name that they use as `source`. The broker's permissions are made
 * from this table too.
 */
export const eventOwners = {
  'ticket:created': ['tickets'],
  'ticket:updated': ['tickets'],
  'ticket:reservation-refused': ['tickets'],
  'order:created': ['orders'],
  'order:updated': ['orders'],
  'order:cancelled': ['orders'],
  'expiration:complete': ['expiration'],
  'payment:authorized': ['payments'],
  'payment:created': ['payments'],
  'payment:failed': ['payments'],
  'payment:refunded': ['payments'],
  'user:updated': ['auth'],
  'session:ended': ['auth'],
  'operator:acted': ['auth', 'tickets', 'orders', 'payments'],
  'resync:requested': everyService,
} as const;
