import type { Express, Request, RequestHandler } from 'express';
import { isInfrastructureError } from './bus/infrastructure-error.ts';
import type { StoredDeadLetter, StoredDeadLetters } from './bus/stored-dead-letters.ts';
import { retryDeadLetter } from './bus/stored-dead-letters.ts';
import { ConflictError, NotFoundError, UnavailableError } from './errors.ts';
import type { EventBus } from './event-bus.ts';
import type { OperatorActionName } from './events.ts';
import { cloudEvent } from './events.ts';
import type { Logger } from './logger.ts';
import { operatorActed, readReason } from './operator-action.ts';
import { logSecurity } from './security-log.ts';
import { requireOperator } from './session.ts';

const MAX_LISTED = 100;

type Deps = {
  /** The service's name in event envelopes. */
  source: string;
  bus: Pick<EventBus, 'publish' | 'handle'>;
  deadLetters: StoredDeadLetters;
  log: Logger;
};

/**
 * Adds the routes by which operators list, read, retry and drop the dead letters of a service, under
 * `<path>/admin/dead-letters`. `operators` are the handlers of `operatorsOnly`.
 */
export function addDeadLetterRoutes(
  app: Express,
  path: string,
  { operators, ...deps }: Deps & { operators: RequestHandler[] },
): void {
  const all = `${path}/admin/dead-letters`;
  app.get(all, operators, listDeadLetters(deps));
  app.get(`${all}/:deadLetter`, operators, showDeadLetter(deps));
  app.post(`${all}/:deadLetter/retry`, operators, retry(deps));
  app.post(`${all}/:deadLetter/drop`, operators, drop(deps));
}

/** The oldest ones; X-Total-Count says how many there are. */
function listDeadLetters({ deadLetters }: Deps): RequestHandler {
  return async (_req, res) => {
    const [listed, count] = await Promise.all([deadLetters.read({ limit: MAX_LISTED }), deadLetters.count()]);
    res.setHeader('X-Total-Count', count);
    res.json(listed.map(({ event: _event, ...deadLetter }) => deadLetter));
  };
}

function showDeadLetter({ deadLetters }: Deps): RequestHandler {
  return async (req, res) => {
    res.json(await find(deadLetters, req));
  };
}

/** Has this service handle the event again; no other service gets it. */
function retry(deps: Deps): RequestHandler {
  const { bus, deadLetters, log } = deps;
  return async (req, res) => {
    const deadLetter = await publishAction(deps, req, 'dead_letter_retried');
    try {
      await retryDeadLetter(deadLetter, deadLetters, (event) => bus.handle(event));
    } catch (error) {
      if (isInfrastructureError(error)) throw unavailable(error);
      log.warn({ deadLetter: deadLetter.id, err: error }, 'dead letter not handled');
      const { name, message } = error as Error;
      const { at: _at, ...failed } = deadLetter;
      const why = `${name}: ${message}`;
      await deadLetters.put({ ...failed, error: why, attempts: failed.attempts + 1 });
      throw new ConflictError('event_not_handled', why);
    }
    res.status(204).end();
  };
}

function drop(deps: Deps): RequestHandler {
  return async (req, res) => {
    const { id } = await publishAction(deps, req, 'dead_letter_dropped');
    await deps.deadLetters.remove(id);
    res.status(204).end();
  };
}

/**
 * Publishes the entry for the audit log before the action: a dead letter has no outbox in which its removal could store
 * the event. So an action without an entry cannot happen; an entry without its action can, when the process ends in between.
 */
async function publishAction(
  { source, bus, deadLetters, log }: Deps,
  req: Request,
  action: OperatorActionName,
): Promise<StoredDeadLetter> {
  const by = { operatorId: requireOperator(req).id, reason: await readReason(req) };
  const deadLetter = await find(deadLetters, req);
  const { data } = operatorActed(action, deadLetter.id, by);
  const about = { id: `dead-letter:${data.id}:0`, source, subject: deadLetter.id };
  await bus.publish(cloudEvent('operator:acted', about, data)).catch((error: unknown) => {
    throw unavailable(error);
  });
  logSecurity(log, 'operator_action', req, { action, target: deadLetter.id });
  return deadLetter;
}

async function find(deadLetters: StoredDeadLetters, req: Request): Promise<StoredDeadLetter> {
  const [found] = await deadLetters.read({ id: String(req.params['deadLetter']) });
  if (!found) throw new NotFoundError('Dead letter');
  return found;
}

/** The broker, or what the handler needs. */
function unavailable(cause: unknown): UnavailableError {
  return new UnavailableError(
    'This is not available right now, please try again',
    'store_unavailable',
    cause,
  );
}
