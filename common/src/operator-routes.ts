import type { Express, RequestHandler } from 'express';
import { addDeadLetterRoutes } from './dead-letter-routes.ts';
import type { Limiter } from './http/limits.ts';
import { listReachedLimits } from './http/limits.ts';
import { addFactsRoute } from './ops/facts-route.ts';
import type { ServiceContext } from './service.ts';
import type { Ids, StoredFacts } from './timeline/facts.ts';

type Deps = Pick<ServiceContext, 'source' | 'bus' | 'deadLetters' | 'log'> & {
  limiter: Limiter;
  /** The handlers of `operatorsOnly`. */
  operators: RequestHandler[];
  readFacts: (ids: Ids) => Promise<StoredFacts>;
};

/** Adds what operators read and do in every service, under `<path>/admin`: reached limits, dead letters and facts. */
export function addOperatorRoutes(app: Express, path: string, deps: Deps): void {
  app.get(`${path}/admin/limits`, deps.operators, listReachedLimits(deps.limiter));
  addDeadLetterRoutes(app, path, deps);
  addFactsRoute(app, path, deps);
}
