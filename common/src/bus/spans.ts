/** The spans of events, by the conventions of https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans. */
import { context, SpanKind } from '@opentelemetry/api';
import type { CloudEvent, EventName } from '../events.ts';
import { contextOf, inSpan } from '../tracing/spans.ts';
import { writeTraceparent } from '../tracing/traceparent.ts';

/** Publishes an event in a span that continues its `traceparent`, or else the active one; `traced` names that span. */
export function inPublishSpan<N extends EventName>(
  event: CloudEvent<N>,
  publish: (traced: CloudEvent<N>) => Promise<void>,
): Promise<void> {
  const parent = event.traceparent === undefined ? context.active() : contextOf(event.traceparent);
  return inSpan(`publish ${event.type}`, { ...spanOf(event, SpanKind.PRODUCER), parent }, (span) =>
    publish({ ...event, traceparent: writeTraceparent(span.spanContext()) }),
  );
}

/** Handles an event in a span that continues its `traceparent`. The span has what became of the delivery. */
export function inHandlerSpan<O extends string>(event: CloudEvent, handle: () => Promise<O>): Promise<O> {
  const parent = contextOf(event.traceparent);
  return inSpan(`handle ${event.type}`, { ...spanOf(event, SpanKind.CONSUMER), parent }, async (span) => {
    const outcome = await handle();
    span.setAttribute('ticketing.outcome', outcome);
    return outcome;
  });
}

function spanOf(event: CloudEvent, kind: SpanKind) {
  const attributes = {
    'messaging.system': 'nats',
    'messaging.destination.name': event.type,
    'messaging.message.id': event.id,
  };
  return { kind, attributes };
}
