import type { Limit } from '@ticketing/common';

/** Unless the configuration says otherwise. So many buyers behind one address may want a ticket of the same sale. */
export const limits = {
  reservations: { account: 120, network: 30_000, seconds: 600 },
} satisfies Record<string, Limit>;
