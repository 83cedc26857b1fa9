import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { findCard } from './cards.ts';
import type { Change } from './change.ts';
import { apiError, StripeError } from './errors.ts';
import type { FaultPlan } from './faults.ts';
import { fingerprint, parseIdempotencyKey } from './idempotency.ts';
import { toPublic } from './objects.ts';
import type { Emulator, Mutation } from './operations.ts';
import { commitChange } from './operations.ts';
import { parse } from './params.ts';

interface ApiResponse {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** The handler of a mutation: idempotency, injected faults, the change itself and its webhooks. */
export function mutationHandler<S extends z.ZodType>(
  emulator: Emulator,
  mutation: Mutation<S>,
): RequestHandler {
  const isResponseLost = lostResponses(emulator, mutation);

  return async (req, res) => {
    const plan = emulator.faults.plan(mutation.operation);
    if (plan.resetBeforeEffect) return void req.socket.destroy();
    const response = await executeOnce(emulator, mutation, plan, req, res);
    if (plan.resetAfterEffect || isResponseLost(response)) return void req.socket.destroy();
    res
      .status(response.status)
      .set(response.headers ?? {})
      .json(response.body);
  };
}

/** The SDK retries a closed connection once on its own, so two responses must be lost before the shop sees an error. */
const LOST_RESPONSES = 2;

function lostResponses({ store }: Emulator, { operation }: Mutation): (response: ApiResponse) => boolean {
  const lost = new Map<string, number>();

  return ({ body }) => {
    const intent = store.intents.get((body as { id?: string }).id ?? '');
    if (!intent || !(operation === 'confirm' || operation === 'create')) return false;
    if (!findCard(intent.emulator.card ?? '').losesResponse) return false;
    const count = (lost.get(intent.id) ?? 0) + 1;
    lost.set(intent.id, count);
    return count <= LOST_RESPONSES;
  };
}

/** Replays the stored response of the idempotency key, or executes the mutation and stores its response. */
async function executeOnce<S extends z.ZodType>(
  emulator: Emulator,
  mutation: Mutation<S>,
  plan: FaultPlan,
  req: Request,
  res: Response,
): Promise<ApiResponse> {
  const key = parseIdempotencyKey(req.get('idempotency-key'));
  const path = req.originalUrl.split('?')[0] ?? '';
  if (key) res.set('idempotency-key', key);
  const stored = key && emulator.idempotency.findResponse(key, path, req.body);
  if (stored) {
    const headers = { 'idempotent-replayed': 'true', 'original-request': stored.requestId };
    return {
      status: stored.status,
      body: stored.body,
      headers: { ...headers, ...retryHeaders(stored.status) },
    };
  }

  const unlock = emulator.idempotency.lock(key);
  try {
    // Invalid parameters throw before anything is stored, so the key stays unused.
    const params = parse(mutation.schema, req.body);
    if (plan.latencyMs) await sleep(plan.latencyMs); // A timer of 0 ms takes one.
    const { change, error } = await execute(emulator, mutation, plan, params, req.params['id'] as string);
    const response = toResponse(change, plan.errorAfterEffect ? apiError() : error);
    const requestId = String(res.get('request-id'));
    const record = key && {
      ...{ key, path, fingerprint: fingerprint(req.body), at: Date.now(), requestId },
      status: response.status,
      body: response.body,
    };
    await commitChange(emulator, change, { requestId, key: key ?? null }, record || undefined);
    return response;
  } finally {
    unlock();
  }
}

function toResponse(change: Change | undefined, error: StripeError | undefined): ApiResponse {
  if (error)
    return { status: error.status, body: { error: error.body }, headers: retryHeaders(error.status) };
  return { status: 200, body: toPublic(change?.refund ?? change?.intent ?? {}) };
}

interface Outcome {
  change?: Change;
  error?: StripeError;
}

async function execute<S extends z.ZodType>(
  emulator: Emulator,
  mutation: Mutation<S>,
  plan: FaultPlan,
  params: z.output<S>,
  id: string,
): Promise<Outcome> {
  try {
    await mutation.delay?.(emulator, params, id);
    if (plan.errorBeforeEffect) return { error: apiError() };
    const change = mutation.run(emulator, params, id);
    return change.error ? { change, error: change.error } : { change };
  } catch (error) {
    if (error instanceof StripeError) return { error };
    throw error;
  }
}

/** A retry with the same key would only replay the stored 500. */
function retryHeaders(status: number): Record<string, string> {
  return status >= 500 ? { 'stripe-should-retry': 'false' } : {};
}
