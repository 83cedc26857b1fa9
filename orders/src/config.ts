import { z } from 'zod';
import { parseEnv, serviceConfig, serviceEnv } from '@ticketing/common';

const DAY_SECONDS = 24 * 60 * 60;

export const environment = {
  ...serviceEnv,
  RESERVATION_SECONDS: z.coerce.number().int().min(1).max(DAY_SECONDS).default(900),
};

export type Config = ReturnType<typeof readConfig>;

export function readConfig(env: NodeJS.ProcessEnv) {
  const given = parseEnv(environment, env);
  return { ...serviceConfig(given), reservationMs: given.RESERVATION_SECONDS * 1000 };
}
