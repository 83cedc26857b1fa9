import type { Model, mongo } from 'mongoose';
import type { Logger } from 'pino';
import { InvalidEventError } from '../check-event.ts';
import type { EventBus } from '../event-bus.ts';
import { cloudEvent } from '../events.ts';
import { every } from '../every.ts';
import type { Aggregate, DomainEvent } from './aggregate.ts';
import { collectionAs, newId } from './mongo.ts';

const LOOK_MS = 1_000;
/** A lost log has every service request at about the same time: one pass is for all of them. */
const COLLECT_MS = 1_000;
/** After this time without progress, another replica continues the pass. */
const LEASE_MS = 10_000;
const BATCH = 100;
/** One at a time, the round trips to the broker would take longer than all the rest. */
const IN_FLIGHT = 10;

/**
 * Republishes the current states of one model for services that may have lost events: the response to
 * `resync:requested`. A request is stored, so the event that brings it is acknowledged at once.
 */
export interface Republisher<S> {
  /**
   * Resolves when it is stored that the states of `scope` shall be published after now, which happens within seconds, on
   * any replica, whatever restarts. Requests of one scope that come before its pass starts share that pass.
   */
  request(scope: S): Promise<void>;
  /** Starts no further batch and resolves when the current one is published. Another replica continues. */
  close(): Promise<void>;
}

/** A pass that is requested or under way. It is removed when it is done and no request came after its start. */
type Pass = {
  _id: string;
  kind: string;
  scope: object;
  requests: number;
  requestedAt: Date;
  /** Who publishes, and until when the others leave it alone. */
  holder: string | null;
  heldUntil: Date;
  /** How many of the requests the pass under way is for. */
  covers?: number;
  /** Everything with a larger id is published. */
  after?: string;
  count?: number;
};

type RepublisherOptions<T, S> = {
  model: Model<T>;
  /** The aggregate's name in event ids. */
  kind: string;
  source: string;
  bus: Pick<EventBus, 'status' | 'publish'>;
  log: Logger;
  toEvent: (state: T, scope: S) => DomainEvent;
  /** Which documents a scope has. Read when a batch starts. */
  filterOf: (scope: S) => mongo.Filter<Aggregate>;
};

/**
 * Creates the republisher of one model. Its passes publish ten events at a time with `replay: true`, so no faster than the
 * broker acknowledges, and the newest documents first, because those are what people are waiting for.
 */
export function createRepublisher<T extends Aggregate, S extends object>(
  options: RepublisherOptions<T, S>,
): Republisher<S> {
  const { bus, kind, log, model } = options;
  const passes = storedPasses(model.db.collection('resyncs'), kind);
  let isClosing = false;
  const claim = async () => (isClosing || bus.status !== 'up' ? null : passes.claim());

  async function work(): Promise<void> {
    for (let pass = await claim(); pass; pass = await claim())
      try {
        await publishRest(pass);
      } catch (error) {
        await passes.release(pass).catch(() => undefined); // otherwise its lease ends
        throw error;
      }
  }

  async function publishRest(pass: Pass): Promise<void> {
    const scope = pass.scope as S;
    let { after, count = 0 } = pass;
    while (!isClosing) {
      const states = await nextBatch(options, scope, after);
      const oldest = states.at(-1);
      if (!oldest) {
        log.info({ kind, scope, count }, 'states republished');
        return passes.end(pass);
      }
      for (let at = 0; at < states.length; at += IN_FLIGHT)
        await Promise.all(states.slice(at, at + IN_FLIGHT).map((state) => publish(options, state, scope)));
      after = oldest._id;
      count += states.length;
      const isHeld = await passes.renew(pass, { after, count });
      if (!isHeld) return;
    }
    await passes.release(pass);
  }

  const loop = every(LOOK_MS, work, { name: `republish (${kind})`, log });
  return {
    request: (scope) => passes.add(scope),
    close() {
      isClosing = true;
      return loop.close();
    },
  };
}

/** The passes of one kind in the database, which all replicas work on. */
function storedPasses(passes: mongo.Collection<Pass>, kind: string) {
  const lease = () => new Date(Date.now() + LEASE_MS);
  const free = { heldUntil: new Date(0) };
  async function release({ _id, holder }: Pass): Promise<void> {
    await passes.updateOne({ _id, holder }, { $set: free });
  }
  return {
    async add(scope: object): Promise<void> {
      const _id = `${kind} ${JSON.stringify(scope)}`;
      const first = { kind, scope, requestedAt: new Date(), holder: null, ...free };
      const update = { $inc: { requests: 1 }, $setOnInsert: first };
      await passes.updateOne({ _id }, update, { upsert: true });
    },

    /** Takes a pass that no replica works on, for as long as its lease. */
    claim(): Promise<Pass | null> {
      const collected = new Date(Date.now() - COLLECT_MS);
      const isFree = { kind, heldUntil: { $lt: new Date() }, requestedAt: { $lt: collected } };
      const covers = { $ifNull: ['$covers', '$requests'] };
      const taken = [{ $set: { holder: newId(), heldUntil: lease(), covers } }];
      return passes.findOneAndUpdate(isFree, taken, {
        returnDocument: 'after',
      });
    },

    /** @returns false when another replica has taken the pass over. */
    async renew({ _id, holder }: Pass, progress: { after: string; count: number }): Promise<boolean> {
      const update = { $set: { ...progress, heldUntil: lease() } };
      const { matchedCount } = await passes.updateOne({ _id, holder }, update);
      return matchedCount > 0;
    },

    release,

    /** Removes the pass, or has another start for the requests that came during this one. */
    async end({ _id, holder, covers = 0 }: Pass): Promise<void> {
      const { deletedCount } = await passes.deleteOne({ _id, holder, requests: covers });
      if (deletedCount > 0) return;
      const unset = { covers: 1, after: 1, count: 1 } as const;
      await passes.updateOne({ _id, holder }, { $unset: unset, $set: free });
    },
  };
}

function nextBatch<T extends Aggregate, S>(
  { model, filterOf }: RepublisherOptions<T, S>,
  scope: S,
  after: string | undefined,
): Promise<T[]> {
  const rest: mongo.Filter<Aggregate> = after === undefined ? {} : { _id: { $lt: after } };
  return collectionAs<Aggregate>(model)
    .find({ $and: [filterOf(scope), rest] })
    .project<T>({ outbox: 0 })
    .sort({ _id: -1 })
    .limit(BATCH)
    .toArray();
}

async function publish<T extends Aggregate, S>(
  { kind, source, bus, log, toEvent }: RepublisherOptions<T, S>,
  state: T,
  scope: S,
): Promise<void> {
  const { name, data } = toEvent(state, scope);
  const id = `${kind}:${state._id}:${state.version}`;
  try {
    await bus.publish(cloudEvent(name, { id, source, subject: state._id, replay: true }, data));
  } catch (error) {
    // It would stop the pass for ever.
    if (!(error instanceof InvalidEventError)) throw error;
    log.error({ err: error, event: id }, 'state not republished');
  }
}
