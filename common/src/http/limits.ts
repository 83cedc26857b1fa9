import type { Request, RequestHandler } from 'express';
import { TooManyRequestsError } from '../errors.ts';
import { limitCounter } from '../metrics.ts';
import { currentUser } from '../session.ts';
import { clientNetwork } from './client-address.ts';
import { isId } from './http.ts';
import { isSafe } from './plain-response.ts';
import type { CountStore } from './rate-counter.ts';
import { rateCounter } from './rate-counter.ts';

/**
 * How many requests one account, all clients of one network (`clientNetwork`), and `all` clients together may make within
 * so many seconds.
 */
export type Limit = { account?: number; network: number; all?: number; seconds: number };

/**
 * Returns a middleware for a route, after the session: it passes on TooManyRequestsError (429, `rate_limited`) when the
 * account, the network or all clients have reached `limit`. Routes with the same `name` are counted together. The account
 * is checked first and all clients last, so the requests that are refused to one do not use up what others have. A request
 * without a session to a route that changes something and counts accounts is not counted, because it gets 401.
 */
export type Limiter = ((name: string, limit: Limit) => RequestHandler) & {
  /** Who has used up a limit, by the counts that all processes share; those of windows that are over are forgotten. */
  reached(): Promise<ReachedLimit[]>;
};

/** `key` is the id of the account, the network (`clientNetwork`), or `all`. */
export type ReachedLimit = { limit: string; by: Counted['by']; key: string; most: number; until: Date };

/**
 * Counts requests in memory, and with the other processes of the service in `store` once a limit is near: see
 * `rateCounter`. Without `isOn` (LIMITS=off), nothing is limited.
 */
export function requestLimits({
  isOn,
  store,
  now,
}: {
  isOn: boolean;
  store?: CountStore;
  /** For tests: the current time in milliseconds since 1970. */
  now?: () => number;
}): Limiter {
  if (!isOn)
    return Object.assign((): RequestHandler => (_req, _res, next) => next(), {
      reached: () => Promise.resolve([]),
    });
  const counter = rateCounter({ store, ...(now && { now }) });
  const time = now ?? Date.now;

  const limits = new Map<string, Limit>();

  const limiter = (name: string, limit: Limit): RequestHandler => {
    limits.set(name, limit);
    const hits = {
      account: limitCounter(`${name}_of_account`),
      network: limitCounter(`${name}_of_network`),
      all: limitCounter(`${name}_of_all`),
    };
    return async (req, _res, next) => {
      for (const { by, key, most } of countedBy(req, limit)) {
        const waitMs = await counter.count(`${name}:${key}`, most, limit.seconds * 1_000);
        if (waitMs === 0) continue;
        hits[by]();
        throw tooManyRequests('Too many requests of this kind', { waitMs, now: time() });
      }
      next();
    };
  };
  return Object.assign(limiter, {
    async reached() {
      const counts = (await store?.open(time())) ?? [];
      return counts.flatMap(({ key, count, until }) => reachedBy(key, { count, until }, limits));
    },
  });
}

/** `name` and the key of who was counted, which has colons when it is an IPv6 network. */
function reachedBy(
  nameAndKey: string,
  { count, until }: { count: number; until: number },
  limits: Map<string, Limit>,
): ReachedLimit[] {
  const [name = '', ...rest] = nameAndKey.split(':');
  const key = rest.join(':');
  const by = key === 'all' ? 'all' : isId(key) ? 'account' : 'network';
  const most = limits.get(name)?.[by];
  return most !== undefined && count >= most ? [{ limit: name, by, key, most, until: new Date(until) }] : [];
}

/** Handles `GET <path>/admin/limits`, behind `operatorsOnly`: who has used up a limit now. */
export function listReachedLimits(limiter: Limiter): RequestHandler {
  return async (_req, res) => {
    res.json(await limiter.reached());
  };
}

type Counted = { by: 'account' | 'network' | 'all'; key: string; most: number };

function* countedBy(req: Request, { account, network, all }: Limit): Generator<Counted> {
  const user = currentUser(req);
  if (account !== undefined) {
    if (user) yield { by: 'account', key: user.id, most: account };
    else if (!isSafe(req)) return;
  }
  yield { by: 'network', key: clientNetwork(req.ip ?? ''), most: network };
  if (all !== undefined) yield { by: 'all', key: 'all', most: all };
}

/** 429 with what `limitEnd` returns. */
export function tooManyRequests(
  message: string,
  { code = 'rate_limited', ...end }: { waitMs: number; now: number; code?: string },
): TooManyRequestsError {
  const { retryAfter, details } = limitEnd(end);
  return new TooManyRequestsError(message, retryAfter, code, details);
}

/**
 * What the error of a limit says that ends in `waitMs`: `Retry-After` in seconds, and `endsAt` with `serverNow`, by which a
 * page counts down without trusting the clock of its device.
 */
export function limitEnd({ waitMs, now }: { waitMs: number; now: number }) {
  return {
    retryAfter: Math.max(1, Math.ceil(waitMs / 1_000)),
    details: { endsAt: new Date(now + waitMs).toISOString(), serverNow: new Date(now).toISOString() },
  };
}
