import { createHmac, hkdfSync, type KeyObject } from 'node:crypto';

/**
 * A symmetric key of 32 bytes for one purpose (HKDF-SHA-256, RFC 5869) from a secret text or a private key: the same in all
 * replicas, and another one when the secret changes.
 */
export function derivedKey(secret: string | KeyObject, purpose: string): Buffer {
  const material = typeof secret === 'string' ? secret : secret.export({ type: 'pkcs8', format: 'der' });
  return Buffer.from(hkdfSync('sha256', material, '', purpose, 32));
}

/**
 * Returns a function from a text to its keyed hash (HMAC-SHA-256, RFC 2104), 22 characters of base64url or 132 bits: equal
 * texts have equal hashes, and without the key no one can test a guess.
 */
export function keyedHash(key: string | Buffer): (text: string) => string {
  return (text) => createHmac('sha256', key).update(text).digest('base64url').slice(0, 22);
}
