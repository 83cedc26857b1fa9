import type { Limit } from '@ticketing/common';

/** Unless the configuration says otherwise. Generous for networks, because many people may share one. */
export const limits = {
  payments: { account: 120, network: 30_000, seconds: 600 },
  refunds: { account: 120, network: 2_000, seconds: 600 },
  /** Declined cards; reaching it ends the attempts for as long. */
  declines: { account: 10, network: 100, seconds: 3_600 },
} satisfies Record<string, Limit>;
