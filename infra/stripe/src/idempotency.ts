import { createHash } from 'node:crypto';
import { StripeError, invalidRequest } from './errors.ts';
import type { KeyRecord, Store } from './store.ts';

/** Stripe's v1 rules: one key, one request, one answer, whatever the answer was. */
export interface Idempotency {
  /** The answer already given; refuses a key used for something else or in use at this moment. */
  answered(key: string, path: string, params: unknown): KeyRecord | undefined;
  /** Holds the key until the returned function is called. */
  hold(key: string | undefined): () => void;
}

export function createIdempotency(store: Store): Idempotency {
  const inUse = new Set<string>();

  return {
    answered(key, path, params) {
      if (inUse.has(key)) {
        throw new StripeError(409, {
          type: 'idempotency_error',
          code: 'idempotency_key_in_use',
          message: `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
        });
      }
      const known = store.keys.get(key);
      if (!known) return undefined;
      const advice = `Try using a key other than '${key}' if you meant to execute a different request.`;
      if (known.path !== path) {
        throw mismatch(
          `for the same endpoint they were first used for ('${path}' vs '${known.path}'). ${advice}`,
        );
      }
      if (known.fingerprint !== fingerprint(params)) {
        throw mismatch(`with the same parameters they were first used with. ${advice}`);
      }
      return known;
    },
    hold(key) {
      if (!key) return () => undefined;
      inUse.add(key);
      return () => inUse.delete(key);
    },
  };
}

export function idempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (header === '' || header.length > 255) {
    throw invalidRequest('An Idempotency-Key must have between 1 and 255 characters.');
  }
  return header;
}

/** The same for the same parameters, in whatever order they were sent. */
export function fingerprint(params: unknown): string {
  return createHash('sha256').update(JSON.stringify(params, sorted)).digest('base64');
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function mismatch(message: string): StripeError {
  return new StripeError(400, {
    type: 'idempotency_error',
    message: `Keys for idempotent requests can only be used ${message}`,
  });
}
