import { EnvironmentError } from '@ticketing/common';
import { testKeys } from '@ticketing/common/testing';
import { readConfig } from './config.ts';

const complete = {
  MONGO_URI: 'mongodb://localhost:27017/orders',
  NATS_URL: 'nats://localhost:4222',
  NATS_CLIENT_ID: 'orders-1',
  PUBLIC_ORIGIN: 'https://tickets.example',
  JWT_PUBLIC_KEY: testKeys.publicKey,
};

describe('readConfig', () => {
  it('defaults RESERVATION_SECONDS to 900', () => {
    expect(readConfig(complete)).toMatchObject({ reservationMs: 900_000, port: 3000, trustProxy: 0 });
    expect(readConfig({ ...complete, RESERVATION_SECONDS: '5' })).toMatchObject({ reservationMs: 5_000 });
  });

  it('allows 6 reservations a buyer and a cooldown as long as a reservation, unless they are set', () => {
    const limitsOf = (env: object) => readConfig({ ...complete, ...env }).reservationLimits;
    expect(limitsOf({})).toEqual({ maxReservations: 6, cooldownMs: 900_000 });
    expect(limitsOf({ RESERVATION_SECONDS: '5' })).toEqual({ maxReservations: 6, cooldownMs: 5_000 });
    expect(limitsOf({ MAX_RESERVATIONS: '2', RESERVATION_COOLDOWN_SECONDS: '0' })).toEqual({
      maxReservations: 2,
      cooldownMs: 0,
    });
  });

  it('has no limits with LIMITS=off', () => {
    expect(readConfig({ ...complete, LIMITS: 'off' }).reservationLimits).toBeUndefined();
  });

  it('names every variable that is missing or malformed', () => {
    const read = () => readConfig({ RESERVATION_SECONDS: '0', PORT: 'http', MONGO_URI: 'redis://localhost' });

    expect(read).toThrow(EnvironmentError);
    for (const name of [...Object.keys(complete), 'RESERVATION_SECONDS', 'PORT']) expect(read).toThrow(name);
  });
});
