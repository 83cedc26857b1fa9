import type { Request, RequestHandler } from 'express';
import { NotFoundError } from './errors.ts';
import type { EventData, OperatorActionName } from './events.ts';
import { pathId } from './http/http.ts';
import type { Limiter } from './http/limits.ts';
import { text, validate } from './http/validate.ts';
import type { Logger } from './logger.ts';
import { logSecurity } from './security-log.ts';
import { requireOperator } from './session.ts';
import type { DomainEvent } from './store/aggregate.ts';
import { newId } from './store/mongo.ts';

/** Who acts, and why. `operatorId` is null for a command on the servers, which has no session. */
export type Operation = { operatorId: string | null; reason: string };

/** Far above what a person can do. */
const limit = { account: 600, network: 6_000, seconds: 600 };

/**
 * For `app.use` before the routes under `/api/<service>/admin`: passes on NotAuthenticatedError (401), ForbiddenError
 * (403, `operator_required`) and TooManyRequestsError (429, `rate_limited`).
 */
export function operatorsOnly(limiter: Limiter): RequestHandler[] {
  return [
    (req, _res, next) => {
      requireOperator(req);
      next();
    },
    limiter('operators', limit),
  ];
}

const fields = { reason: text({ name: 'reason', min: 3, max: 500, lines: true }) };

/** The reason in the body of an action. Throws ValidationError (400). */
export async function readReason(req: Request): Promise<string> {
  return (await validate<{ reason: string }>(fields, req)).reason;
}

/**
 * Handles `POST …/:id/<action>` with the body `{ reason }`, behind `operatorsOnly`. `take` acts on the `kind` with that id,
 * `show` returns the response, and the security log gets a line. Passes on ValidationError (400), NotFoundError (404) for a
 * malformed id, and what `take` throws.
 */
export function operatorRoute<T>(
  action: OperatorActionName,
  { kind, log, take, show }: OperatorRoute<T>,
): RequestHandler {
  return async (req, res) => {
    const reason = await readReason(req);
    const id = pathId(req);
    if (!id) throw new NotFoundError(kind);
    const result = await take(id, { operatorId: requireOperator(req).id, reason });
    logSecurity(log, 'operator_action', req, { action, target: id });
    res.json(show(result));
  };
}

type OperatorRoute<T> = {
  /** The name of what the id is of, such as `Ticket`. */
  kind: string;
  log: Logger;
  take: (id: string, by: Operation) => Promise<T>;
  show: (result: T) => unknown;
};

/**
 * The event by which an action reaches the audit log. Store it in the write that takes the action: `change` takes several
 * events. `target` is the id of what the action is on.
 */
export function operatorActed(
  action: OperatorActionName,
  target: string,
  { operatorId, reason }: Operation,
): Extract<DomainEvent, { name: 'operator:acted' }> {
  const data: EventData<'operator:acted'> = {
    id: newId(),
    at: new Date().toISOString(),
    operatorId,
    action,
    target,
    reason,
  };
  return { name: 'operator:acted', data };
}
