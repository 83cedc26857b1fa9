import { EnvironmentError } from '@ticketing/common';
import { testKeys } from '@ticketing/common/testing';
import { readConfig } from './config.ts';
import { limits } from './limits.ts';

const complete = {
  PUBLIC_ORIGIN: 'https://shop.example',
  MONGO_URI: 'mongodb://tickets-mongo-srv:27017/tickets',
  NATS_URL: 'nats://nats-srv:4222',
  NATS_CLIENT_ID: 'tickets-1',
  JWT_PUBLIC_KEY: testKeys.publicKey,
};

describe('readConfig', () => {
  it('requires no variable that only other services use', () => {
    expect(readConfig(complete)).toMatchObject({
      currency: 'usd',
      port: 3000,
      nats: { clusterId: 'ticketing' },
    });
  });

  it.each(Object.keys(complete))('throws when %s is missing', (name) => {
    expect(() => readConfig({ ...complete, [name]: undefined })).toThrow(EnvironmentError);
    expect(() => readConfig({ ...complete, [name]: undefined })).toThrow(`${name}: is missing`);
  });

  it('reads limits on requests from variables', () => {
    expect(readConfig({ ...complete, LIMIT_LISTINGS: 'account=5' }).rates).toEqual({
      ...limits,
      listings: { ...limits.listings, account: 5 },
    });
  });

  it('throws for a CURRENCY that is no ISO 4217 code', () => {
    expect(() => readConfig({ ...complete, CURRENCY: 'gold' })).toThrow('CURRENCY');
  });
});
