import { z } from 'zod';
import { eventOwners } from './event-owners.ts';
import type { CloudEvent, EventName } from './events.ts';
import { eventNames, events } from './events.ts';
import { tolerant, unknownValuesOnly } from './tolerant-schema.ts';
import { TRACEPARENT } from './tracing/traceparent.ts';

/**
 * An event that does not match its schema, has a source that does not own it, or is too large. The message says what is
 * wrong.
 */
export class InvalidEventError extends Error {
  override name = 'InvalidEventError';
  /** The type and the source, where the source does not own the type. */
  readonly forged: { type: EventName; source: string } | undefined;

  constructor(message: string, forged?: { type: EventName; source: string }) {
    super(message);
    this.forged = forged;
  }
}

/**
 * An event of a later version of this package: its type, or the value of an enum, is unknown here. Everything that is
 * known of it is valid, so a process of that version can handle it.
 */
export class UnknownValueError extends InvalidEventError {
  override name = 'UnknownValueError';
}

const received = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().min(1),
  subject: z.string().min(1),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  traceparent: z.string().optional(),
  replay: z.boolean().optional(),
  data: z.unknown(),
});
/** The envelope of an event that this version publishes. */
export const publishedEnvelope = received.extend({
  type: z.enum(eventNames),
  traceparent: z.string().regex(TRACEPARENT).optional(),
});

/** Validates a received event; `expected` is the name of its channel. */
export type EventReader = (value: unknown, expected?: EventName) => CloudEvent;

/**
 * Validates an event before it is published: exactly the fields of its schema, and a source that owns its type
 * (`eventOwners`).
 * @returns the same event, typed. Throws InvalidEventError naming each invalid field, or the source.
 */
export function checkEvent(value: unknown): CloudEvent {
  const outer = publishedEnvelope.safeParse(value);
  if (!outer.success) throw new InvalidEventError(z.prettifyError(outer.error));
  const { type, source, data } = outer.data;
  checkOwner(type, source);
  const inner = events[type].safeParse(data);
  if (!inner.success) throw new InvalidEventError(`${type}: ${z.prettifyError(inner.error)}`);
  return { ...outer.data, data: inner.data } as CloudEvent;
}

/**
 * Validates a received event, which may come from an earlier or later version of its publisher: fields that this version
 * does not know are removed, in the data at every depth. With `expected`, the event must have that name.
 * @returns the event, typed. Throws UnknownValueError for a type or an enum value that this version does not know, and
 * InvalidEventError for everything else that does not match the schema, or a source that does not own the type.
 */
export const readEvent = eventReader(events);

/** `readEvent` of a version of this package whose events are `schemas`. */
export function eventReader(schemas: Partial<Record<EventName, z.ZodType>>): EventReader {
  const readers = new Map(Object.entries(schemas).map(([name, schema]) => [name, tolerant(schema)]));
  return (value, expected) => {
    const outer = received.safeParse(value);
    if (!outer.success) throw new InvalidEventError(z.prettifyError(outer.error));
    const { source, data } = outer.data;
    const reader = readers.get(outer.data.type);
    if (!reader) throw new UnknownValueError(`the type ${outer.data.type} is not known to this version`);
    const type = outer.data.type as EventName;
    if (expected && type !== expected) throw new InvalidEventError(`expected ${expected}, got ${type}`);
    checkOwner(type, source);
    const inner = reader.safeParse(data);
    if (!inner.success) {
      const Reason = unknownValuesOnly(inner.error) ? UnknownValueError : InvalidEventError;
      throw new Reason(`${type}: ${z.prettifyError(inner.error)}`);
    }
    return { ...outer.data, data: inner.data } as CloudEvent;
  };
}

const owners: Record<EventName, readonly string[]> = eventOwners;

function checkOwner(type: EventName, source: string): void {
  if (!owners[type].includes(source))
    throw new InvalidEventError(`${type} is published by ${owners[type].join(', ')}, not by ${source}`, {
      type,
      source,
    });
}

const MAX_EVENT_BYTES = 256 * 1024;

/**
 * The event as JSON text. Throws InvalidEventError when it is invalid or larger than 256 KiB. One that was received may
 * have fields that this version does not know; they are kept.
 */
export function serializeEvent(event: CloudEvent, { isReceived = false } = {}): string {
  const body = JSON.stringify(isReceived ? event : checkEvent(event));
  if (isReceived) readEvent(event);
  const size = Buffer.byteLength(body);
  if (size > MAX_EVENT_BYTES)
    throw new InvalidEventError(`${event.id}: ${size} bytes, at most ${MAX_EVENT_BYTES} bytes are allowed`);
  return body;
}
