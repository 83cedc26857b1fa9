import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import jwt from 'jsonwebtoken';
import type { Mongoose } from 'mongoose';
import { pino } from 'pino';
import { register } from 'prom-client';
import { checkEvent, readEvent, serializeEvent } from './check-event.ts';
import type { BusStatus, EventBus, EventHandler } from './event-bus.ts';
import { NotConnectedError, NotSubscribedError } from './event-bus.ts';
import { eventOwners } from './event-owners.ts';
import type { CloudEvent, EventData, EventName } from './events.ts';
import { cloudEvent } from './events.ts';
import { answerWithin } from './http/request-guard.ts';
import { flushLogCounts } from './log-counter.ts';
import type { Logger } from './logger.ts';
import { loggerTo } from './logger.ts';
import { flushSecurityLog } from './security-log.ts';
import type { ServiceContext } from './service.ts';
import type { PublicKey, User } from './session.ts';
import { readPublicKeys, sessionCookieName, thumbprint } from './session.ts';
import type { MongoTimeouts } from './store/mongo.ts';
import { connectMongo, newId } from './store/mongo.ts';
import { mongoDeadLetters } from './store/mongo-dead-letters.ts';

/** A logger that writes nothing. */
export const silentLog = pino({ level: 'silent' });

export type LogLine = Record<string, unknown>;

/**
 * A logger like that of a service that keeps its lines. `flush` adds those that count what happened since the last one;
 * `security` has the lines of the security log, by event if wanted.
 */
export function recordingLog(level = 'info'): {
  log: Logger;
  lines: LogLine[];
  flush: () => void;
  security: (event?: string) => LogLine[];
} {
  const lines: LogLine[] = [];
  const log = loggerTo({ write: (line) => lines.push(JSON.parse(line) as LogLine) }, 'test', level);
  return {
    log,
    lines,
    flush() {
      flushLogCounts(log);
      flushSecurityLog(log);
    },
    security: (event) =>
      lines.filter((line) => line['log'] === 'security' && (!event || line['event'] === event)),
  };
}

/** An EventBus that tests can inspect and control. */
export interface InMemoryEventBus extends EventBus {
  /** The events published so far, in order. */
  readonly published: { name: EventName; data: unknown }[];
  /** Runs the handlers of an event; returns whether a broker would take it as acknowledged or redeliver it. */
  deliver<N extends EventName>(name: N, data: EventData<N>): Promise<'ack' | 'redeliver'>;
  /** Set it to `down` to make `publish` reject, and replicas not current, as during an outage of the broker. */
  status: BusStatus;
}

/** An EventBus without a broker. `publish` validates the event and records it; only `deliver` delivers events. */
export function inMemoryEventBus(): InMemoryEventBus {
  const handlers = new Map<EventName, EventHandler<EventName>[]>();
  const observers = new Map<EventName, ((data: never, event: never) => void)[]>();
  const bus: InMemoryEventBus = {
    status: 'up',
    published: [],
    isCurrent: () => bus.status === 'up',
    publish(event, options) {
      if (bus.status !== 'up')
        return Promise.reject(
          new NotConnectedError('no connection to the broker: the test set the status of the bus'),
        );
      const { type, data } = JSON.parse(serializeEvent(event, options)) as CloudEvent;
      bus.published.push({ name: type, data });
      return Promise.resolve();
    },
    subscribe(name, handler) {
      handlers.set(name, [...(handlers.get(name) ?? []), handler as unknown as EventHandler<EventName>]);
    },
    async handle(received) {
      const event = readEvent(received);
      const subscribed = handlers.get(event.type);
      if (!subscribed) throw new NotSubscribedError(`the test does not subscribe to ${event.type}`);
      for (const handler of subscribed) await handler(event.data, event);
    },
    observe(name, handler) {
      observers.set(name, [...(observers.get(name) ?? []), handler]);
      return {
        replayed: Promise.resolve(),
        close() {
          observers.set(name, observers.get(name)?.filter((other) => other !== handler) ?? []);
        },
      };
    },
    async deliver(name, data) {
      const event = checkEvent(
        cloudEvent(
          name,
          { id: `test:${newId()}`, source: eventOwners[name][0], subject: subjectOf(data) },
          data,
        ),
      ) as CloudEvent<typeof name>;
      for (const observer of observers.get(name) ?? []) observer(event.data as never, event as never);
      try {
        for (const handler of handlers.get(name) ?? []) await handler(event.data, event);
        return 'ack';
      } catch {
        return 'redeliver';
      }
    },
    ready: () => Promise.resolve(),
    close() {
      bus.status = 'closed';
      return Promise.resolve();
    },
  };
  return bus;
}

/** What `startService` passes to the service `source`, on a bus without a broker; its dead letters are in `db`. */
export function testContext(
  source: string,
  { bus, db, log = silentLog }: { bus: EventBus; db: Mongoose; log?: Logger },
): ServiceContext {
  // The outbox reads at once, but a test may connect late: its servers start first, on a busy machine.
  db.set('bufferTimeoutMS', BUSY_MS);
  return {
    ...{ source, bus, log, deadLetters: mongoDeadLetters(db) },
    crash: () => undefined,
    requestResync: () => Promise.resolve(),
  };
}

function subjectOf(data: object): string {
  return 'id' in data ? String(data.id) : newId();
}

/** Jest's global set-up creates one key for all test files, because creating one takes a tenth of a second. */
const givenKey = process.env['TEST_JWT_PRIVATE_KEY'];
const privateKey = givenKey
  ? createPrivateKey(givenKey)
  : generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const publicKey = createPublicKey(privateKey);
/** An RSA key pair for tests, as PEM. */
export const testKeys = {
  privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string,
};
/** The public key of `testKeys`, as `sessionReader` takes it. */
export const testPublicKeys: PublicKey[] = readPublicKeys(testKeys.publicKey);

/** A new user with a session of its own. */
export function aUser(overrides: Partial<User> = {}): User {
  const id = newId();
  return { id, sid: newId(), sessionVersion: 0, ...overrides };
}

/** The `Cookie` header of a signed-in user, in the format that auth sets without COOKIE_SECURE. */
export function sessionCookie(user: User, { expiresInSeconds = 3600 } = {}): string {
  const token = jwt.sign({ sid: user.sid, sv: user.sessionVersion, role: user.role }, privateKey, {
    algorithm: 'RS256',
    keyid: thumbprint(publicKey),
    subject: user.id,
    expiresIn: expiresInSeconds,
  });
  return `${sessionCookieName(false)}=${Buffer.from(JSON.stringify({ jwt: token })).toString('base64')}`;
}

/** Revocations without any revoked session. */
export const noRevocations = {
  record: () => undefined,
  isRevoked: () => false,
  replayed: Promise.resolve(),
  onEnded: () => undefined,
};

/** Tests must not fail on a busy machine, so the database and the service get more time than in production. */
const BUSY_MS = 60_000;
const longTimeouts: MongoTimeouts = {
  serverSelectionTimeoutMS: BUSY_MS,
  connectTimeoutMS: BUSY_MS,
  socketTimeoutMS: BUSY_MS,
  waitQueueTimeoutMS: BUSY_MS,
};

/** Connects a service's Mongoose to its own database on the test server. @returns a function that removes the database. */
export async function useTestDatabase(db: Mongoose): Promise<() => Promise<void>> {
  const base = process.env['TEST_MONGO_URI'];
  if (!base)
    throw new Error('TEST_MONGO_URI is not set: run the tests with jest, its global set-up starts a mongod');
  const timeLimit = answerWithin.ms;
  answerWithin.ms = BUSY_MS;
  await connectMongo(db, `${base.replace(/\/$/, '')}/test-${newId()}`, silentLog, { timeouts: longTimeouts });
  return async () => {
    answerWithin.ms = timeLimit; // files of a group share it
    await db.connection.dropDatabase();
    await db.disconnect();
  };
}

/** Resolves when all states are republished that were requested by `resync:requested`. */
export async function resyncsDone(db: Mongoose): Promise<void> {
  await eventually(async () => (await db.connection.collection('resyncs').countDocuments()) === 0);
}

type Stage = { stage: string; indexName?: string; inputStage?: Stage; inputStages?: Stage[] };

/** How MongoDB executes a query: the stages, the index, and how many documents and keys it examined. */
export async function explain(query: { explain(verbosity: 'executionStats'): Promise<unknown> }) {
  const { queryPlanner, executionStats } = (await query.explain('executionStats')) as {
    queryPlanner: { winningPlan: Stage };
    executionStats: { nReturned: number; totalDocsExamined: number; totalKeysExamined: number };
  };
  const stages = withInner(queryPlanner.winningPlan);
  return {
    used: stages.map(({ stage }) => stage),
    index: stages.find(({ indexName }) => indexName)?.indexName,
    ...executionStats,
  };
}

function withInner(stage: Stage): Stage[] {
  const inner = [stage.inputStage ?? [], stage.inputStages ?? []].flat();
  return [stage, ...inner.flatMap(withInner)];
}

/** The value of a metric of this process with exactly these labels; undefined while it does not exist. */
export async function metricValue(
  name: string,
  labels: Record<string, string> = {},
): Promise<number | undefined> {
  const metric = await register.getSingleMetric(name)?.get();
  return metric?.values.find((one) => isDeepStrictEqual({ ...one.labels }, labels))?.value;
}

/** Polls until `probe` gives something truthy; fails after `withinMs` with what it last saw. */
export async function eventually<T>(
  probe: () => T | Promise<T>,
  withinMs = BUSY_MS,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > deadline)
      throw new Error(`condition not met within ${withinMs} ms; last value: ${String(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
