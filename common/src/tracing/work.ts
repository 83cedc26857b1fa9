/** What the current work is about, for the lines of the log: the request, and what it changed. */
import type { IncomingMessage } from 'node:http';
import type { Context } from '@opentelemetry/api';
import { context, createContextKey, trace } from '@opentelemetry/api';
import { requestId } from '../http/plain-response.ts';
import { currentUser } from '../session.ts';

import './async-contexts.ts';

/**
 * The ids of aggregates by which logs are searched. A payment has the id of its order; `accountId` is the user that
 * changed, where `userId` is the one who is signed in.
 */
export type AggregateIds = { orderId?: string; ticketId?: string; accountId?: string };

type Request = { req: IncomingMessage; ids: AggregateIds };

const REQUEST = createContextKey('request');

/** The context of a request. `ids` collects what the request concerns, see `noteIds`. */
export function withRequest(parent: Context, request: Request): Context {
  return parent.setValue(REQUEST, request);
}

/** Adds ids to the access line of the current request, if there is one. */
export function noteIds(ids: AggregateIds): void {
  const request = context.active().getValue(REQUEST) as Request | undefined;
  if (request) Object.assign(request.ids, ids);
}

/** The fields of every line that is logged while a request or an event is handled. */
export function workFields(): Record<string, string> {
  const active = context.active();
  const request = active.getValue(REQUEST) as Request | undefined;
  const user = request && currentUser(request.req);
  const span = trace.getSpanContext(active);
  return {
    ...(request && { requestId: requestId(request.req) }),
    ...(user && { userId: user.id }),
    ...(span && { traceId: span.traceId }),
  };
}
