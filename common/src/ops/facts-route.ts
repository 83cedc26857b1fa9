import type { Express, Request, RequestHandler, Response } from 'express';
import { Semaphore } from '../bus/keyed-queue.ts';
import { ValidationError } from '../errors.ts';
import { isId } from '../http/http.ts';
import type { Ids, StoredFacts } from '../timeline/facts.ts';
import { isIntentId } from '../timeline/facts.ts';
import type { FactSources } from './own-facts.ts';
import { ownFacts } from './own-facts.ts';

/** Below the time in which a route has to respond. */
const READ_MS = 3_000;
/** A replay shares the process with purchases: so many events take about half a second of it. */
const MAX_EVENTS = 10_000;
const MAX_IDS = 100;
const readers = new Semaphore(1, 1);

const kinds = ['orders', 'tickets', 'users', 'intents'] as const;

type Deps = Omit<FactSources, 'read'> & {
  source: string;
  operators: RequestHandler[];
  readFacts: (ids: Ids) => Promise<StoredFacts>;
};

/**
 * Adds `GET <path>/admin/facts`, by which operators read what a service knows of some orders, tickets, users and
 * PaymentIntents. `operators` are the handlers of `operatorsOnly`. One at a time is read, 503 `overloaded` while another one
 * waits; the event log is read for 3 s and 10,000 events.
 */
export function addFactsRoute(
  app: Express,
  path: string,
  { source, operators, readFacts, bus, deadLetters }: Deps,
): void {
  app.get(`${path}/admin/facts`, operators, async (req: Request, res: Response) => {
    const ids = readIds(req);
    const sources = { read: readFacts, bus, deadLetters: { read: () => deadLetters.read({ limit: 1_000 }) } };
    const limits = { withinMs: READ_MS, maxEvents: MAX_EVENTS };
    res.json(await readers.run(() => ownFacts(source, ids, sources, limits)));
  });
}

function readIds({ query }: Request): Ids {
  const read = (kind: (typeof kinds)[number]): string[] => {
    const text = query[kind];
    if (text === undefined) return [];
    const ids = typeof text === 'string' ? text.split(',') : [];
    const isValid = kind === 'intents' ? isIntentId : isId;
    if (ids.length > 0 && ids.length <= MAX_IDS && ids.every(isValid)) return ids;
    throw new ValidationError([{ field: kind, message: `${kind} must be 1 to ${MAX_IDS} ids, with commas` }]);
  };
  const [orders, tickets, users, intents] = kinds.map(read) as [string[], string[], string[], string[]];
  return { orders, tickets, users, intents };
}
