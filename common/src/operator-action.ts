import type { Request, RequestHandler } from 'express';
import type { EventData, OperatorActionName } from './events.ts';
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

/** Reads the body of an action, `{ reason }`. Throws ValidationError. */
export async function readOperation(req: Request): Promise<Operation & { operatorId: string }> {
  const { reason } = await validate<{ reason: string }>(fields, req);
  return { operatorId: requireOperator(req).id, reason };
}

/**
 * The event by which an action reaches the audit log. Store it in the write that takes the action: `change` takes several
 * events. `target` is the id of what the action is on.
 */
export function operatorActed(
  action: OperatorActionName,
  target: string,
  { operatorId, reason }: Operation,
): DomainEvent {
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

/** Writes a line about an action to the security log. */
export function logOperation(log: Logger, req: Request, action: OperatorActionName, target: string): void {
  logSecurity(log, 'operator_action', req, { action, target });
}
