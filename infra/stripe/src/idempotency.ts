import { createHash } from 'node:crypto';
import { invalidRequest, StripeError } from './errors.ts';
import type { IdempotencyRecord, Store } from './store.ts';

/** Stripe's rules for v1: a key identifies one request and its one response, errors included. */
export interface Idempotency {
  /** The stored response. Throws when the key was used for another request or is in use by a running one. */
  findResponse(key: string, path: string, params: unknown): IdempotencyRecord | undefined;
  /** Marks the key as in use until the returned function is called. */
  lock(key: string | undefined): () => void;
}

export function createIdempotency(store: Store): Idempotency {
  const inUse = new Set<string>();

  return {
    findResponse(key, path, params) {
      if (inUse.has(key)) {
        throw new StripeError(409, {
          type: 'idempotency_error',
          code: 'idempotency_key_in_use',
          message: `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
        });
      }
      const stored = store.keys.get(key);
      if (!stored) return undefined;
      const advice = `Try using a key other than '${key}' if you meant to execute a different request.`;
      if (stored.path !== path) {
        throw mismatch(
          `for the same endpoint they were first used for ('${path}' vs '${stored.path}'). ${advice}`,
        );
      }
      if (stored.fingerprint !== fingerprint(params)) {
        throw mismatch(`with the same parameters they were first used with. ${advice}`);
      }
      return stored;
    },
    lock(key) {
      if (!key) return () => undefined;
      inUse.add(key);
      return () => inUse.delete(key);
    },
  };
}

export function parseIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (header === '' || header.length > 255) {
    throw invalidRequest('An Idempotency-Key must have between 1 and 255 characters.');
  }
  return header;
}

/** A hash of the parameters that does not depend on their order. */
export function fingerprint(params: unknown): string {
  return createHash('sha256').update(JSON.stringify(params, sortKeys)).digest('base64');
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function mismatch(message: string): StripeError {
  return new StripeError(400, {
    type: 'idempotency_error',
    message: `Keys for idempotent requests can only be used ${message}`,
  });
}
