import type { RequestListener } from 'node:http';
import type { Express, RequestHandler } from 'express';
import express from 'express';
import type { Mongoose } from 'mongoose';
import type { Logger } from 'pino';
import { connectToEvents } from './bus/connect-to-events.ts';
import type { PositionStore } from './bus/position-store.ts';
import { collectRequests, requestResync } from './bus/request-resync.ts';
import type { StoredDeadLetters } from './bus/stored-dead-letters.ts';
import type { Crash, CrashPoint } from './crash.ts';
import { crashAt } from './crash.ts';
import type { busConfig } from './env.ts';
import { UnavailableError } from './errors.ts';
import type { EventBus } from './event-bus.ts';
import { errorHandler, notFound } from './http/error-handler.ts';
import { jsonBody } from './http/http.ts';
import { observeRequest } from './http/observe-request.ts';
import { isSafe } from './http/plain-response.ts';
import { requestGuard } from './http/request-guard.ts';
import { serve } from './http/serve.ts';
import type { ConnectionLimits } from './http/slow-requests.ts';
import { createLogger, debugOnSignal } from './logger.ts';
import { limitCounter } from './metrics.ts';
import type { Resync } from './resync-subjects.ts';
import type { SessionReader } from './session.ts';
import { session } from './session.ts';
import { connectMongo } from './store/mongo.ts';
import { mongoDeadLetters } from './store/mongo-dead-letters.ts';
import { mongoPositions } from './store/mongo-positions.ts';
import type { Outbox } from './store/outbox.ts';

/** Where a service keeps its data, its dead letters and its positions. */
export interface Store {
  /** Resolves when the store is usable; retries until then. */
  connect(log: Logger): Promise<void>;
  deadLetters: StoredDeadLetters;
  positions: PositionStore;
  close(): Promise<unknown>;
}

/**
 * The store of a service that keeps its data in MongoDB. `db` is the service's own Mongoose. `mongoCa` is as in
 * `connectMongo`. `prepare` runs when it is
 * connected and before anything reads it: it brings stored data up to date.
 */
export function mongoStore(
  db: Mongoose,
  { mongoUri, mongoCa }: { mongoUri: string; mongoCa?: string | undefined },
  prepare?: (log: Logger) => Promise<void>,
): Store {
  return {
    async connect(log) {
      await connectMongo(db, mongoUri, log, { ca: mongoCa });
      await prepare?.(log);
    },
    deadLetters: mongoDeadLetters(db),
    positions: mongoPositions(db),
    close: () => db.disconnect(),
  };
}

/** What `build` receives. `source` is the service's name in event envelopes. */
export type ServiceContext = {
  source: string;
  bus: EventBus;
  log: Logger;
  crash: Crash;
  deadLetters: StoredDeadLetters;
  /** Requests the current states of `resync.subjects`; resolves when the broker has the request. */
  requestResync: () => Promise<void>;
};

export type Service = {
  /** Handles every request but health and metrics. */
  app?: RequestListener;
  /** The service is ready when these have resolved, besides the bus. */
  ready?: Promise<unknown>[];
  /** Added to the body of `/healthz/ready`. */
  details?: () => Record<string, unknown>;
  /** Open streams; they are closed before the service waits for the requests in flight. */
  streams?: { close(): Promise<unknown> }[];
  /** Stops everything that publishes; runs in order before the bus closes. */
  stop?: (() => Promise<unknown>)[];
  /** Closes what event handlers use; runs in order after the bus has closed and before the store closes. */
  close?: (() => Promise<unknown>)[];
};

/**
 * Runs a service until SIGTERM or SIGINT. Connects the store and the bus, then calls `build`, which subscribes and
 * builds the service, then listens for HTTP; stops in the opposite order (see `serve`).
 * `resync` lists the subjects that the service needs complete, observed ones too: it requests their current states when
 * the broker or its own store may have lost events. `name` is also the queue group. Rejects when the store is unsuitable or the port is in use.
 */
export async function startService(options: {
  name: string;
  config: {
    host: string;
    port: number;
    logLevel: string;
    crashAt: CrashPoint | undefined;
    limits?: ConnectionLimits;
    nats: ReturnType<typeof busConfig>;
  };
  store: Store;
  resync: Resync;
  build: (context: ServiceContext) => Service;
}): Promise<void> {
  const { name, config, store, resync, build } = options;
  const log = createLogger(name, config.logLevel);
  debugOnSignal(log);
  const crash = crashAt(config.crashAt);
  const request = (): Promise<void> => requestResync({ bus, log, source: name, ...resync });
  // At the same time: the bus has nothing to read or to send before `build`.
  const [bus] = await Promise.all([
    connectToEvents({
      ...config.nats,
      group: name,
      deadLetters: store.deadLetters.put,
      log,
      positions: store.positions,
      crashPoint: crash,
      afterLoss: collectRequests(request),
    }),
    store.connect(log),
  ]);
  const { deadLetters } = store;
  const service = build({ source: name, bus, log, crash, deadLetters, requestResync: request });
  const { app, ready = [], details, streams = [], stop = [], close = [] } = service;
  await serve(app, {
    host: config.host,
    port: config.port,
    log,
    limits: config.limits,
    ready: [bus.ready(), ...ready],
    details: () => ({ events: bus.status, ...details?.() }),
    streams,
    close: [...stop, () => bus.close(), ...close, () => store.close()],
  });
}

/**
 * The Express application of a service: the access log, the request guard, the JSON body and the session before its
 * routes, 404 and errors after them. `beforeBody` adds routes that read the body themselves and need no session.
 */
export function serviceApp(
  deps: {
    config: { trustProxy: number; publicOrigins: string[] };
    readSession: SessionReader;
    log: Logger;
    /** While it is full, requests that change something get 503. */
    outbox?: Pick<Outbox, 'isFull'>;
  },
  routes: (app: Express) => void,
  { beforeBody }: { beforeBody?: (app: Express) => void } = {},
): Express {
  const { config, readSession, log, outbox } = deps;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', config.trustProxy);
  app.set('query parser', 'simple');
  app.use(observeRequest(log), requestGuard({ publicOrigins: config.publicOrigins, log }));
  beforeBody?.(app);
  if (outbox) app.use(refuseChangesWhileFull(outbox));
  app.use(jsonBody, session(readSession));
  routes(app);
  app.use(notFound, errorHandler(log));
  return app;
}

const countFullOutbox = limitCounter('events_waiting');

/** Refuses requests that would add events to an outbox that the broker does not empty: databases are not endless either. */
function refuseChangesWhileFull(outbox: Pick<Outbox, 'isFull'>): RequestHandler {
  return (req, _res, next) => {
    if (isSafe(req) || !outbox.isFull()) return next();
    countFullOutbox();
    next(new UnavailableError('The shop is catching up, please try again in a moment', 'overloaded'));
  };
}
