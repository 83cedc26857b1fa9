import { hkdfSync, type KeyObject } from 'node:crypto';

/** A symmetric key for one purpose (HKDF, RFC 5869), the same in all replicas. A new signing key changes it. */
export function derivedKey(signingKey: KeyObject, purpose: string): Buffer {
  const secret = signingKey.export({ type: 'pkcs8', format: 'der' });
  return Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
}
