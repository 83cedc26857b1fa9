import { z } from 'zod';
import { envLimit, parseEnv, serviceConfig, serviceEnv } from '@ticketing/common';
import { limits } from './limits.ts';
import type { ReservationLimits } from './reservation-limits.ts';

const DAY_SECONDS = 24 * 60 * 60;

export const environment = {
  ...serviceEnv,
  RESERVATION_SECONDS: z.coerce.number().int().min(1).max(DAY_SECONDS).default(900),
  MAX_RESERVATIONS: z.coerce.number().int().min(1).max(1000).default(6),
  /** As long as a reservation, unless it is set. */
  RESERVATION_COOLDOWN_SECONDS: z.coerce.number().int().min(0).max(DAY_SECONDS).optional(),
  LIMIT_RESERVATIONS: envLimit(limits.reservations),
};

export type Config = ReturnType<typeof readConfig>;

export function readConfig(env: NodeJS.ProcessEnv) {
  const given = parseEnv(environment, env);
  const config = serviceConfig(given);
  const cooldownSeconds = given.RESERVATION_COOLDOWN_SECONDS ?? given.RESERVATION_SECONDS;
  const reservationLimits: ReservationLimits = {
    maxReservations: given.MAX_RESERVATIONS,
    cooldownMs: cooldownSeconds * 1000,
  };
  return {
    ...config,
    rates: { reservations: given.LIMIT_RESERVATIONS },
    reservationMs: given.RESERVATION_SECONDS * 1000,
    reservationLimits: config.hasLimits ? reservationLimits : undefined,
  };
}
