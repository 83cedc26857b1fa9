/**
 * Spans by hand, through the OpenTelemetry API. Without an SDK (see infra/tracing) nothing is recorded and only the ids
 * of the trace travel along.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Attributes, Context, Span } from '@opentelemetry/api';
import {
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
} from '@opentelemetry/api';
import { readTraceparent, writeTraceparent } from './traceparent.ts';

import './async-contexts.ts';

const tracer = trace.getTracer('@ticketing/common');

type SpanOptions = { kind: SpanKind; attributes?: Attributes };

/** The context that a `traceparent` continues: the root context for a missing or malformed one. */
export function contextOf(traceparent: unknown): Context {
  const parent = readTraceparent(traceparent);
  return parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
}

/** Starts a span under `parent`. Without an SDK, one without a parent gets new ids, so that logs can be joined by them. */
function startSpan(name: string, options: SpanOptions, parent: Context): Span {
  const span = tracer.startSpan(name, options, parent);
  return isSpanContextValid(span.spanContext()) ? span : trace.wrapSpanContext(newSpanContext());
}

/** Starts the span of a request that a client sent with this `traceparent`. */
export function startServerSpan(name: string, traceparent: unknown): Span {
  return startSpan(name, { kind: SpanKind.SERVER }, contextOf(traceparent));
}

/** Not sampled: the programs of the same trace that have an SDK do not record half of it. */
function newSpanContext() {
  return {
    traceId: randomUUID().replaceAll('-', ''),
    spanId: randomBytes(8).toString('hex'),
    traceFlags: TraceFlags.NONE,
  };
}

/** Runs `work` in a span under `parent`, by default the active one. Ends the span, with an error when `work` rejects. */
export async function inSpan<T>(
  name: string,
  options: SpanOptions & { parent?: Context },
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const parent = options.parent ?? context.active();
  const span = startSpan(name, options, parent);
  try {
    return await context.with(trace.setSpan(parent, span), () => work(span));
  } catch (error) {
    failSpan(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/**
 * Runs a call to another program in a span of its own. `call` receives the `traceparent` for that program, which it sends in the
 * header of this name.
 */
export function inCallSpan<T>(
  name: string,
  attributes: Record<string, string>,
  call: (traceparent: string) => Promise<T>,
): Promise<T> {
  return inSpan(name, { kind: SpanKind.CLIENT, attributes }, (span) =>
    call(writeTraceparent(span.spanContext())),
  );
}

/** Marks a span as failed by the name of the error: its message may contain what must not leave the process. */
function failSpan(span: Span, error: unknown): void {
  const name = error instanceof Error ? error.name : 'unknown';
  span.setStatus({ code: SpanStatusCode.ERROR, message: name }).setAttribute('error.type', name);
}

/** The `traceparent` of the active span; undefined outside of a request or an event. */
export function activeTraceparent(): string | undefined {
  const active = trace.getSpanContext(context.active());
  return active && writeTraceparent(active);
}
