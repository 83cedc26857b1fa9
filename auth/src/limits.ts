import type { Limit } from '@ticketing/common';

/**
 * Unless the configuration says otherwise. A sign-up costs about 18 ms of one core, and each leaves an account. The limit
 * for all clients together is far above what one shop needs, because a flood that reaches it ends the sign-ups of all.
 */
export const limits = {
  signUps: { network: 1_000, all: 10_000, seconds: 600 },
} satisfies Record<string, Limit>;
