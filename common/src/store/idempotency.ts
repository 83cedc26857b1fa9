import { createHash } from 'node:crypto';
import type { Request } from 'express';
import type { Model } from 'mongoose';
import type { Aggregate } from './aggregate.ts';
import { ConflictError, ValidationError } from '../errors.ts';

/** A request that takes effect once, however often it is sent: its sender's key, and a digest of what it asks for. */
export type Idempotency = { key: string; hash: string };

const MAX_LENGTH = 128;

/**
 * Reads the `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header) of a request that asks for `parameters`,
 * which must be the same JSON each time. Undefined when it has none; throws ValidationError when it is empty or too long.
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

/** For a key that came with another request before. */
export function idempotencyKeyReused(): ConflictError {
  return new ConflictError('idempotency_key_reused', 'This Idempotency-Key was used for another request');
}

/** Of a collection whose documents keep the `userId`, `idempotencyKey` and `idempotencyHash` of the request that made them. */
export const idempotencyIndex = {
  fields: { userId: 1, idempotencyKey: 1 },
  options: {
    name: 'userId_idempotencyKey',
    unique: true,
    partialFilterExpression: { idempotencyKey: { $exists: true } },
  },
} as const;

/** The aggregate that this very request made before, without its outbox. Throws ConflictError when the key came with another request. */
export async function findByIdempotencyKey<T extends Aggregate & { idempotencyHash?: string }>(
  model: Model<T>,
  userId: string,
  { key, hash }: Idempotency,
): Promise<T | null> {
  const where = { userId, idempotencyKey: key } as object;
  const made = await model.collection.findOne<T>(where, { projection: { outbox: 0 } });
  if (made && made.idempotencyHash !== hash) throw idempotencyKeyReused();
  return made;
}
