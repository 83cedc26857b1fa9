// An export that nothing in this repository imports has @public and the reason; `npm run check` reports all others.
export {
  CancelReason,
  DisputeStatus,
  Category,
  OperatorActionName,
  OrderStatus,
  PaymentStatus,
  TicketStatus,
  cloudEvent,
  eventNames,
  /** @public The schemas of all events, for a program that documents or validates them. */
  events,
  orderEvents,
} from './events.ts';
export type { CloudEvent, EventData, EventName } from './events.ts';
export { resyncs } from './resync-subjects.ts';
export {
  /** @public EventBus.publish rejects with it. */
  InvalidEventError,
  checkEvent,
} from './check-event.ts';

export {
  /** @public EventBus.publish rejects with it. */
  NotConnectedError,
  /** @public EventBus.publish rejects with it. */
  NotPermittedError,
  /** @public EventBus.publish rejects with it. */
  UnknownOutcomeError,
} from './event-bus.ts';
export type {
  /** @public The type of EventBus.status. */
  BusStatus,
  /** @public The parameter of a DeadLetterStore. */
  DeadLetter,
  /** @public The option `deadLetters` of connectToEvents. */
  DeadLetterStore,
  EventBus,
  EventHandler,
  /** @public The result of EventBus.observe. */
  Observation,
} from './event-bus.ts';
export { connectToEvents } from './bus/connect-to-events.ts';

export { change, toUpdate, insert, outboxEntry, outboxField } from './store/aggregate.ts';
export type { Aggregate, DomainEvent, OutboxEntry } from './store/aggregate.ts';
export { createOutbox } from './store/outbox.ts';
export type { Republisher } from './store/republish.ts';
export { createRepublisher } from './store/republish.ts';
export type { Outbox } from './store/outbox.ts';
export { readById, upsertWhere } from './store/batch.ts';
export { LastWritten } from './store/last-written.ts';
export { applyReplica, waitForReplica } from './store/replica.ts';
export { markUnconfirmed } from './store/unconfirmed-write.ts';
export { inWriteSpan } from './store/write-span.ts';
export { runDlq } from './bus/dlq.ts';
export type { Position, PositionStore } from './bus/position-store.ts';
export type { StoredDeadLetter, StoredDeadLetters } from './bus/stored-dead-letters.ts';
export {
  collectionOf,
  idTimestampMs,
  connectMongo,
  duplicateKey,
  smallestIdAt,
  isStoreUnavailable,
  newId,
  indexesOnly,
} from './store/mongo.ts';
export { KeyedQueue } from './bus/keyed-queue.ts';
export { crashAt } from './crash.ts';
export type { Crash, CrashPoint } from './crash.ts';

export {
  ConflictError,
  ForbiddenError,
  HttpError,
  NotFoundError,
  PaymentRequiredError,
  TooManyRequestsError,
  UnavailableError,
  ValidationError,
} from './errors.ts';
export type { FieldError } from './errors.ts';
export {
  idempotencyIndex,
  readIdempotencyKey,
  idempotencyKeyReused,
  findByIdempotencyKey,
} from './store/idempotency.ts';
export type { Idempotency } from './store/idempotency.ts';
export { isId, pathId, rawBody } from './http/http.ts';
export { clientKey, clientNetwork } from './http/client-address.ts';
export { limitEnd, requestLimits, tooManyRequests } from './http/limits.ts';
export type { Limit, Limiter } from './http/limits.ts';
export { mongoCounts } from './store/mongo-counts.ts';
export { limitUnfinished } from './http/slow-requests.ts';
export {
  cookieOptions,
  cookieValues,
  currentSession,
  currentUser,
  observeRevocations,
  readPublicKeys,
  requireUser,
  sessionCookieName,
  sessionReader,
  thumbprint,
  TOKEN_LIFETIME_MS,
} from './session.ts';
export { canonicalEmail } from './email.ts';
export { textProblem } from './text.ts';
export type {
  /** @public Part of the type that serviceConfig returns. */
  PublicKey,
  AllSessionsReader,
  EndedSession,
  Revocations,
  Role,
  Session,
  SessionReader,
  User,
} from './session.ts';
export {
  custom,
  email,
  id,
  noFields,
  nullable,
  oneOf,
  optional,
  rawText,
  text,
  validate,
} from './http/validate.ts';
export type { Field, Fields } from './http/validate.ts';
export { currencies } from './currencies.ts';
export type {
  /** @public The type of the values of `currencies`. */
  Currency,
} from './currencies.ts';
export {
  fromStripeAmount,
  isCurrency,
  readChargeablePrice,
  readPrice,
  toMinorUnits,
  toPrice,
  toStripeAmount,
} from './money.ts';
export { prepareJson, withFastPath } from './http/fast-path.ts';
export type { PreparedResponse } from './http/fast-path.ts';
export {
  COUNT_TO,
  DEFAULT_LIMIT,
  findPage,
  sendPage,
  paginationHeaders,
  setPaginationHeaders,
  readPage,
} from './http/paging.ts';
export type { Sort } from './http/paging.ts';
export { eventStreams } from './http/event-stream.ts';
export type { EventStreams } from './http/event-stream.ts';

export {
  EnvironmentError,
  busConfig,
  certificateAuthorities,
  envFlag,
  envLimit,
  envParsed,
  isCookieSecure,
  natsEnv,
  configOrExit,
  parseEnv,
  processEnv,
  serviceConfig,
  serviceEnv,
} from './env.ts';
export {
  closedCounter,
  /** @public Every service counts the requests that it refuses by a limit of its own. */
  limitCounter,
} from './metrics.ts';
export { derivedKey, keyedHash } from './keyed-hash.ts';
export { inCallSpan } from './tracing/spans.ts';
export { createLogger } from './logger.ts';
export { logAuditEntry, logSecurity } from './security-log.ts';
export type { SecurityEvent } from './security-log.ts';
export type { Logger } from './logger.ts';
export { addOperatorRoutes } from './operator-routes.ts';
export { waitingEvents } from './ops/own-facts.ts';
export type { Ids, Moment, StoredFacts } from './timeline/facts.ts';
export { operatorActed, operatorRoute, operatorsOnly } from './operator-action.ts';
export type { Operation } from './operator-action.ts';
export { every } from './every.ts';
export { mongoStore, serviceApp, startService } from './service.ts';
export type { ServiceContext, Store } from './service.ts';
