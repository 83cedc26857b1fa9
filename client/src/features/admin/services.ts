import type { Service } from '../../server/api.ts';

/** Where the paths of each service begin. */
export const servicePaths = {
  auth: '/api/users',
  tickets: '/api/tickets',
  orders: '/api/orders',
  payments: '/api/payments',
} as const satisfies Record<Service, string>;

export const serviceNames = Object.keys(servicePaths) as Service[];

export function toServiceName(text: string | undefined): Service | undefined {
  return serviceNames.find((name) => name === text);
}
