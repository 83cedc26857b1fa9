import { createHash } from 'node:crypto';
import type { Request } from 'express';
import type { Model } from 'mongoose';
import { ConflictError, ValidationError } from '../errors.ts';
import type { Aggregate } from './aggregate.ts';
import { collectionAs } from './mongo.ts';

/** Identifies a request that takes effect only once: the client's key, and a hash of the request's parameters. */
export type Idempotency = { key: string; hash: string };

type Idempotent = Aggregate & { userId: string; idempotencyKey?: string };

const MAX_LENGTH = 128;

/**
 * Reads the `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header). `parameters` are the validated
 * parameters of the request; equal requests must give equal JSON. Throws ValidationError for a key that is empty or longer
 * than 128 characters.
 * @returns undefined when the request has no key.
 */
export function readIdempotencyKey(req: Request, parameters: unknown): Idempotency | undefined {
  const key = req.get('Idempotency-Key');
  if (key === undefined) return undefined;
  if (key.length < 1 || key.length > MAX_LENGTH)
    throw new ValidationError([
      { field: 'Idempotency-Key', message: `Idempotency-Key must have 1 to ${MAX_LENGTH} characters` },
    ]);
  return { key, hash: createHash('sha256').update(JSON.stringify(parameters)).digest('hex') };
}

/** The error (409) for a key that was used with other parameters. */
export function idempotencyKeyReused(): ConflictError {
  return new ConflictError(
    'idempotency_key_reused',
    'This Idempotency-Key was already used for a different request',
  );
}

/** The unique index of a collection whose documents have `userId`, `idempotencyKey` and `idempotencyHash`. */
export const idempotencyIndex = {
  fields: { userId: 1, idempotencyKey: 1 },
  options: {
    name: 'userId_idempotencyKey',
    unique: true,
    partialFilterExpression: { idempotencyKey: { $exists: true } },
  },
} as const;

/**
 * The aggregate that an earlier copy of this request created, without its outbox, or null. Throws ConflictError
 * (`idempotency_key_reused`) when the key was used with other parameters.
 */
export async function findByIdempotencyKey<T extends Aggregate & { idempotencyHash?: string }>(
  model: Model<T>,
  userId: string,
  { key, hash }: Idempotency,
): Promise<T | null> {
  const created = await collectionAs<Idempotent>(model).findOne<T>(
    { userId, idempotencyKey: key },
    { projection: { outbox: 0 } },
  );
  if (created && created.idempotencyHash !== hash) throw idempotencyKeyReused();
  return created;
}
