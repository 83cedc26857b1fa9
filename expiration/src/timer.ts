import type { Logger } from '@ticketing/common';
import Bull from 'bull';
import type { Redis } from 'ioredis';
import { logOutages, redisForBlocking } from './redis.ts';

const SECOND = 1_000;
const AT_ONCE = 64;
const PAUSE_MS = 4 * SECOND;
const CLOSE_MS = 2 * SECOND;

/**
 * Reminds of an order when its time is over. Only a reminder: orders has the time in its own database and a sweeper,
 * so that a timer that is early, late, twice or lost does no harm.
 *
 *     set ─expiresAt→ fire ─resolved→ gone
 *      └─stop→ gone      └─rejected→ fire again a second later, for as long as it takes
 */
export interface Timer {
  /** Has the order reminded of at `expiresAt`; does nothing when that is arranged already. */
  set(orderId: string, expiresAt: Date): Promise<void>;
  /** The order needs no reminder any more. */
  stop(orderId: string): Promise<void>;
  /** Fires nothing new; resolves when what was firing has ended, after 4 s at most. */
  pause(): Promise<void>;
  /** Lets go of Redis. */
  close(): Promise<void>;
}

type Reminder = { orderId: string; expiresAt: string };

/**
 * Timers that live in Redis, shared by all replicas: each fires in one of them. `fire` is called again until it
 * resolves. Queues of another `name` are another world.
 */
export function createTimer(options: {
  redis: Redis;
  redisUrl: string;
  log: Logger;
  fire: (orderId: string, expiresAt: Date) => Promise<void>;
  name?: string;
}): Timer {
  const { redis, redisUrl, log, fire, name = 'order-expiration' } = options;
  const waiting: Redis[] = [];
  let isPausing = false;
  let isClosing = false;
  const queue = new Bull<Reminder>(name, {
    createClient(type) {
      if (type === 'client') return redis;
      const connection = redisForBlocking(redisUrl);
      logOutages(connection, log);
      waiting.push(connection);
      if (isClosing) connection.disconnect(); // Bull opens each when it first needs it, be it while we leave
      return connection;
    },
    defaultJobOptions: {
      attempts: 1_000_000,
      backoff: { type: 'fixed', delay: SECOND },
      removeOnComplete: true,
      removeOnFail: false,
    },
    settings: {
      guardInterval: SECOND,
      retryProcessDelay: SECOND,
      // A process that dies while firing is no reason to give the timer up.
      maxStalledCount: 1_000_000,
    },
  });
  // Bull names its connection and forgets that promise: when Redis is away, its rejection would end the process.
  Object.assign(queue, { setWorkerName: () => Promise.resolve() });
  const firing = new Set<Bull.JobId>();
  let whenIdle: () => void = () => undefined;
  queue.on('error', (err) => {
    if (!isClosing) log.debug({ err }, 'timers are held up');
  });
  const ended = ({ id }: Bull.Job) => {
    firing.delete(id);
    if (firing.size === 0) whenIdle();
  };
  queue.on('active', ({ id }) => firing.add(id));
  queue.on('completed', ended);
  queue.on('failed', (job, err) => {
    ended(job);
    log[job.attemptsMade <= 1 ? 'warn' : 'debug']({ orderId: job.id, err }, 'not reminded, trying again');
  });
  queue
    .process(AT_ONCE, async ({ data }) => {
      if (isPausing) throw new Error('stopping, another replica will');
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
    async stop(orderId) {
      const job = await queue.getJob(orderId);
      if (!job) return;
      await job.remove().catch(async (error: unknown) => {
        if (!(await job.isActive())) throw error; // it fires now, which orders ignores
      });
    },
    async pause() {
      isPausing = true;
      const idle = new Promise<void>((resolve) => (whenIdle = resolve));
      // Bull's own wait for jobs in hand leaves a rejection unhandled when Redis is away.
      const paused = queue.pause(true, true).then(() => (firing.size === 0 ? undefined : idle));
      await within(
        PAUSE_MS,
        paused.catch(() => undefined),
      );
    },
    async close() {
      isClosing = true;
      await within(CLOSE_MS, queue.close(true));
      for (const connection of waiting) connection.disconnect();
    },
  };
}

/** Redis may be away when we go; then there is nothing to wait for. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work, late]);
  clearTimeout(timer);
}
