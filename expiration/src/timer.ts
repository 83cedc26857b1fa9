import Bull from 'bull';
import type { Redis } from 'ioredis';
import type { Logger } from '@ticketing/common';
import type { RedisServer } from './redis.ts';
import { logOutages, redisForBlocking } from './redis.ts';

const SECOND = 1_000;
const QUEUE = 'order-expiration';
const CONCURRENCY = 64;
const PAUSE_MS = 4 * SECOND;
const CLOSE_MS = 2 * SECOND;

/**
 * A timer for each order, which fires when the order's time is over. It only makes the expiry prompt: orders has the
 * time in its own database and a sweeper, so a timer that is early, late, lost or fires twice does no harm.
 *
 *     set ─expiresAt→ fire ─resolved→ gone
 *      └─remove→ gone    └─rejected→ fire again a second later, as long as it takes
 */
export interface Timer {
  /** Fires for the order at `expiresAt`; does nothing when the order has a timer already. */
  set(orderId: string, expiresAt: Date): Promise<void>;
  /** Removes the order's timer, if it has one. */
  remove(orderId: string): Promise<void>;
  /** Fires nothing new; resolves when the timers that are firing have ended, after 4 s at most. */
  pause(): Promise<void>;
  /** Closes the connections to Redis that the timers opened. */
  close(): Promise<void>;
}

type Expiry = { orderId: string; expiresAt: string };

/**
 * Timers in Redis, shared by all replicas: each fires in one of them. `fire` is called again every second until it
 * resolves. `name` separates the timers of different tests.
 */
export function createTimer(options: {
  redis: Redis;
  /** For connections besides `redis`. */
  server: RedisServer;
  log: Logger;
  fire: (orderId: string, expiresAt: Date) => Promise<void>;
  name?: string;
}): Timer {
  const { redis, server, log, fire, name = QUEUE } = options;
  let isPausing = false;
  let isClosing = false;
  const connections: Redis[] = [];
  const queue = openQueue(name, (type) => {
    if (type === 'client') return redis;
    const connection = redisForBlocking(server);
    logOutages(connection, log);
    connections.push(connection);
    if (isClosing) connection.disconnect(); // Bull connects lazily, which can be while the service stops
    return connection;
  });
  logProblems(queue, log, () => isClosing);
  const idle = trackIdle(queue);
  queue
    .process(CONCURRENCY, async ({ data }) => {
      if (isPausing) throw new Error('This replica is stopping; another one fires the timer');
      await fire(data.orderId, new Date(data.expiresAt));
    })
    .catch((err: unknown) => {
      if (!isClosing) log.error({ err }, 'timers do not run');
    });

  return {
    async set(orderId, expiresAt) {
      const delay = Math.max(0, expiresAt.getTime() - Date.now());
      await queue.add({ orderId, expiresAt: expiresAt.toISOString() }, { jobId: orderId, delay });
    },
    async remove(orderId) {
      await removeJob(queue, orderId);
    },
    async pause() {
      isPausing = true;
      // Bull's own wait for active jobs leaves a rejection unhandled when Redis is unavailable.
      const paused = queue.pause(true, true).then(idle);
      await withinMs(
        PAUSE_MS,
        paused.catch(() => undefined),
      );
    },
    async close() {
      isClosing = true;
      await withinMs(CLOSE_MS, queue.close(true));
      for (const connection of connections) connection.disconnect();
    },
  };
}

/** Bull's class of jobs, which its types do not declare as a value. */
const { prototype: jobMethods } = (
  Bull as unknown as {
    Job: { prototype: { remove: (this: { queue: Bull.Queue; id: string }) => Promise<void> } };
  }
).Job;

/** Removes a job in one script. Bull's own way reads the job first, and nothing of it but its id is needed. */
async function removeJob(queue: Bull.Queue, id: string): Promise<void> {
  await jobMethods.remove.call({ queue, id }).catch((error: unknown) => {
    // The job is locked, because it fires now: orders ignores the event.
    if (!(error instanceof Error && error.message === `Could not remove job ${id}`)) throw error;
  });
}

/** When the timers of some orders fire; an order without a timer is left out. For operators. */
export async function readTimers(
  redis: Redis,
  orderIds: string[],
  name = QUEUE,
): Promise<{ orderId: string; firesAt: Date }[]> {
  const queue = openQueue(name, () => redis);
  queue.on('error', () => undefined); // the commands reject
  const jobs = await Promise.all(orderIds.map((id) => queue.getJob(id)));
  return jobs.flatMap((job) =>
    job ? [{ orderId: job.data.orderId, firesAt: new Date(job.data.expiresAt) }] : [],
  );
}

function openQueue(name: string, createClient: (type: 'client' | 'subscriber' | 'bclient') => Redis) {
  const queue = new Bull<Expiry>(name, {
    createClient,
    defaultJobOptions: {
      attempts: 1_000_000,
      backoff: { type: 'fixed', delay: SECOND },
      removeOnComplete: true,
      removeOnFail: false,
    },
    settings: {
      guardInterval: SECOND,
      retryProcessDelay: SECOND,
      // A job whose process died while firing is retried without limit.
      maxStalledCount: 1_000_000,
    },
  });
  // Bull names its connection and does not handle that promise: its rejection would end the process.
  return Object.assign(queue, { setWorkerName: () => Promise.resolve() });
}

function logProblems(queue: Bull.Queue, log: Logger, isClosing: () => boolean) {
  queue.on('error', (err) => {
    if (!isClosing()) log.debug({ err }, 'timers delayed');
  });
  queue.on('failed', (job, err) => {
    log[job.attemptsMade <= 1 ? 'warn' : 'debug']({ orderId: job.id, err }, 'timer not fired, retrying');
  });
}

/** Follows the active jobs of a queue. @returns a function that resolves when none is active. */
function trackIdle(queue: Bull.Queue): () => Promise<void> {
  const active = new Set<Bull.JobId>();
  let onIdle: () => void = () => undefined;
  const ended = ({ id }: Bull.Job) => {
    active.delete(id);
    if (active.size === 0) onIdle();
  };
  queue.on('active', ({ id }) => active.add(id));
  queue.on('completed', ended);
  queue.on('failed', ended);
  return () => (active.size === 0 ? Promise.resolve() : new Promise((resolve) => (onIdle = resolve)));
}

/** Waits for `work`, but not longer than `ms`: with Redis unavailable it may never settle. */
async function withinMs(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work, timeout]);
  clearTimeout(timer);
}
