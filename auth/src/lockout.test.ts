import { generateKeyPairSync } from 'node:crypto';
import { countersOf, networkIds } from './lockout.ts';

describe('countersOf', () => {
  it('returns one counter of the account and the network, where the account knows the network', () => {
    const { known } = countersOf({ email: 'a@example.com', address: '2001:db8:1:2::9' });
    expect(known).toEqual([{ _id: 'known:2001:db8:1:2::/64:a@example.com', limit: 100 }]);
  });

  it('returns one counter of the account and one of the network for all other networks', () => {
    const { unknown } = countersOf({ email: 'a@example.com', address: '192.0.2.7' });
    expect(unknown).toEqual([
      { _id: 'email:a@example.com', limit: 10 },
      { _id: 'address:192.0.2.7', limit: 100 },
    ]);
  });
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
