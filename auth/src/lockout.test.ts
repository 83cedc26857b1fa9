import { generateKeyPairSync } from 'node:crypto';
import { chooseCounters, countersOf, networkIds } from './lockout.ts';

describe('countersOf', () => {
  const email = 'a@example.com';

  it.each([
    ['the device', 'device', [{ _id: 'device:d1:a@example.com', limit: 10 }]],
    ['the network', 'network', [{ _id: 'known:192.0.2.7:a@example.com', limit: 100 }]],
    [
      'neither',
      'neither',
      [
        { _id: 'email:a@example.com', limit: 10 },
        { _id: 'address:192.0.2.7', limit: 100 },
      ],
    ],
  ] as const)('returns the counters of an account that knows %s', (_what, known, counters) => {
    expect(countersOf({ email, address: '192.0.2.7', deviceId: 'd1' })[known]).toEqual(counters);
  });

  it('returns no counter of a device without a device', () => {
    expect(countersOf({ email, address: '192.0.2.7' }).device).toEqual([]);
  });

  it('counts an IPv6 network of 64 bits as one', () => {
    const { network } = countersOf({ email, address: '2001:db8:1:2::9' });
    expect(network).toEqual([{ _id: 'known:2001:db8:1:2::/64:a@example.com', limit: 100 }]);
  });
});

describe('chooseCounters', () => {
  const counters = countersOf({ email: 'a@example.com', address: '192.0.2.7', deviceId: 'd1' });

  it.each([
    [true, true, 'device'],
    [true, false, 'device'],
    [false, true, 'network'],
    [false, false, 'neither'],
  ] as const)(
    'with a known device %s and a known network %s returns those of %s',
    (device, network, chosen) => {
      expect(chooseCounters(counters, { device, network })).toBe(counters[chosen]);
    },
  );
});

describe('networkIds', () => {
  // Any private key will do; this kind is created a thousand times as fast as RSA.
  const { privateKey } = generateKeyPairSync('ed25519');
  const idOf = networkIds(privateKey);

  it('returns one id for the addresses of one network, which does not show them', () => {
    expect(idOf('2001:db8:1:2::9')).toBe(idOf('2001:db8:1:2::10'));
    expect(idOf('192.0.2.7')).not.toBe(idOf('192.0.2.8'));
    expect(idOf('192.0.2.7')).toMatch(/^[\w-]{22}$/);
  });

  it('depends on the key', () => {
    const other = networkIds(generateKeyPairSync('ed25519').privateKey);
    expect(other('192.0.2.7')).not.toBe(idOf('192.0.2.7'));
  });
});
