import { EnvironmentError } from '@ticketing/common';
import { testKeys } from '@ticketing/common/testing';
import { readConfig } from './config.ts';

const good = {
  PUBLIC_ORIGIN: 'https://shop.example',
  MONGO_URI: 'mongodb://tickets-mongo-srv:27017/tickets',
  NATS_URL: 'nats://nats-srv:4222',
  NATS_CLIENT_ID: 'tickets-1',
  JWT_PUBLIC_KEY: testKeys.publicKey,
};

describe('the configuration of tickets', () => {
  it('needs nothing that tickets does not use', () => {
    expect(readConfig(good)).toMatchObject({ currency: 'usd', port: 3000, nats: { clusterId: 'ticketing' } });
  });

  it.each(Object.keys(good))('does not start without %s', (name) => {
    expect(() => readConfig({ ...good, [name]: undefined })).toThrow(EnvironmentError);
    expect(() => readConfig({ ...good, [name]: undefined })).toThrow(`${name}: is missing`);
  });

  it('knows its currencies', () => {
    expect(() => readConfig({ ...good, CURRENCY: 'gold' })).toThrow('CURRENCY');
  });
});
