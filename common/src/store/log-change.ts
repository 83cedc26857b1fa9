import type { Logger } from 'pino';
import type { AggregateIds } from '../tracing/work.ts';
import { noteIds } from '../tracing/work.ts';
import type { OutboxEntry } from './aggregate.ts';

/** The fields of events that the line of a change shows. */
type Shown = { status?: string; orderId?: string | null; userId?: string; ticket?: { id: string } };

/**
 * Logs the change of an aggregate: one line, whose request and trace ids say what caused it. Nothing that people wrote, and
 * no amount, is in it.
 */
export function logChange(
  log: Logger,
  kind: string,
  id: string,
  { s: event, v: version, d }: OutboxEntry,
): void {
  const data = d as Shown;
  const ids = idsOf(kind, id, data);
  noteIds(ids);
  const { status } = data;
  log.info({ aggregate: kind, ...ids, event, version, ...(status && { status }) }, 'changed');
}

function idsOf(kind: string, id: string, { orderId, userId, ticket }: Shown): AggregateIds {
  if (kind === 'order') return { orderId: id, ...(ticket && { ticketId: ticket.id }) };
  if (kind === 'ticket') return { ticketId: id, ...(orderId && { orderId }) };
  if (kind === 'payment') return { orderId: id };
  // A report belongs to no account; the entry for the audit log has its id.
  if (kind === 'report') return {};
  return { accountId: userId ?? id };
}
