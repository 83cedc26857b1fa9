export {
  CancelReason,
  Category,
  InvalidEventError,
  OrderStatus,
  PaymentStatus,
  TicketStatus,
  checkEvent,
  cloudEvent,
  eventNames,
  events,
  orderEvents,
} from './events.ts';
export type { CloudEvent, EventData, EventName } from './events.ts';

export { NotConnectedError, PoisonError, UnknownOutcomeError } from './event-bus.ts';
export type {
  BusStatus,
  DeadLetter,
  DeadLetterStore,
  EventBus,
  EventHandler,
  Observation,
} from './event-bus.ts';
export { connectToEvents } from './connect-to-events.ts';
export type { EventsOptions } from './connect-to-events.ts';
export { connectToNats } from './nats-streaming.ts';

export { change, fieldUpdate, insert, outboxEntry, outboxField } from './aggregate.ts';
export type { Aggregate, Announcement, OutboxEntry } from './aggregate.ts';
export { askForResync } from './ask-for-resync.ts';
export { createOutbox, resync } from './outbox.ts';
export type { Outbox } from './outbox.ts';
export { readById, upsertWhere } from './batch.ts';
export { applyReplica, findFresh } from './replica.ts';
export { mongoDeadLetters } from './deadletters.ts';
export { runDlq } from './dlq.ts';
export type { DeadLetterBox, KeptLetter } from './dlq.ts';
export {
  assertCompareAndSet,
  bornAt,
  connectMongo,
  duplicateKey,
  firstIdAt,
  isStoreAway,
  newId,
  versioned,
} from './mongo.ts';
export { Semaphore } from './keyed-queue.ts';
export { crashAt, crashPoints } from './crash.ts';
export type { Crash, CrashPoint } from './crash.ts';

export {
  ConflictError,
  ForbiddenError,
  HttpError,
  NotAuthenticatedError,
  NotFoundError,
  PaymentRequiredError,
  TooManyRequestsError,
  UnavailableError,
  ValidationError,
} from './errors.ts';
export type { FieldError } from './errors.ts';
export { errorHandler, notFound } from './error-handler.ts';
export { edge } from './edge.ts';
export { idempotencyIndex, idempotencyOf, keyReused, madeBy } from './idempotency.ts';
export type { Idempotency } from './idempotency.ts';
export { commonHeaders, isId, jsonBody, pathId, requestId } from './http.ts';
export {
  cookieOptions,
  currentSession,
  currentUser,
  observeRevocations,
  readPublicKeys,
  requireUser,
  session,
  sessionReader,
  thumbprint,
  SESSION_COOKIE,
  TOKEN_LIFETIME_MS,
} from './session.ts';
export type { PublicKey, Revocations, Session, User } from './session.ts';
export { custom, email, id, nullable, oneOf, optional, rawText, text, validate } from './validate.ts';
export type { Field, Fields } from './validate.ts';
export { decimals, isCurrency, toMinorUnits, toPrice } from './money.ts';
export { preparedJson, withFastPath } from './fast-path.ts';
export type { Prepared } from './fast-path.ts';
export { findPage, neighbourHeaders, pageHeaders, readPage } from './paging.ts';
export type { Sort } from './paging.ts';
export { eventStreams } from './event-stream.ts';
export type { EventStreams } from './event-stream.ts';

export {
  EnvironmentError,
  busConfig,
  envFlag,
  envParsed,
  natsEnv,
  orExit,
  parseEnv,
  processEnv,
  serviceConfig,
  serviceEnv,
} from './env.ts';
export { createLogger } from './logger.ts';
export type { Logger } from './logger.ts';
export { serve } from './serve.ts';
