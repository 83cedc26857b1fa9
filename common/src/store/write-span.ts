import { context, SpanKind, trace } from '@opentelemetry/api';
import { inSpan } from '../tracing/spans.ts';

/**
 * Runs a write to a collection in a span of the request or event that makes it; without a span where there is neither, such
 * as in a sweep. The time includes the wait for the round trip that concurrent writes share.
 */
export function inWriteSpan<T>(
  operation: 'insert' | 'update',
  collection: string,
  write: () => Promise<T>,
): Promise<T> {
  if (!trace.getSpan(context.active())) return write();
  const attributes = {
    'db.system.name': 'mongodb',
    'db.operation.name': operation,
    'db.collection.name': collection,
  };
  return inSpan(`${operation} ${collection}`, { kind: SpanKind.CLIENT, attributes }, write);
}
