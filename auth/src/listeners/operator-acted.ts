import type { EventHandler, Logger } from '@ticketing/common';
import { logAuditEntry } from '@ticketing/common';
import { appendAction } from '../models/audit-entry.ts';

/** Appends the action to the audit log, and its place and hash to the security log. */
export function whenOperatorActed(log: Logger): EventHandler<'operator:acted'> {
  return async (action, { source }) => {
    const entry = await appendAction(action, source);
    if (entry) logAuditEntry(log, { sequence: entry.sequence, hash: entry.hash, action: entry.action });
  };
}
