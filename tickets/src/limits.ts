import type { Limit } from '@ticketing/common';

/** Unless the configuration says otherwise. Generous for networks, because many people may share one. */
export const limits = {
  listings: { account: 1_000, network: 10_000, seconds: 3_600 },
  edits: { account: 300, network: 6_000, seconds: 600 },
  reports: { network: 60, all: 5_000, seconds: 3_600 },
  searches: { account: 600, network: 12_000, seconds: 60 },
} satisfies Record<string, Limit>;
