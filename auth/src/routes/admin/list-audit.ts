import type { RequestHandler } from 'express';
import { isId, sendPage, ValidationError } from '@ticketing/common';
import type { AuditEntry } from '../../audit-chain.ts';
import { countEntries, findEntries } from '../../models/audit-entry.ts';

/** Lists what operators did, the newest first; with `target`, only what they did to that user, listing or report. */
export function listAudit(): RequestHandler {
  return async (req, res) => {
    const { target } = req.query;
    if (target !== undefined && !isId(target))
      throw new ValidationError([{ field: 'target', message: 'target must be an id' }]);
    const ofTarget = target === undefined ? {} : { target };
    await sendPage(req, res, {
      sort: { field: 'sequence', direction: -1 },
      find: (beyond, order, limit) => findEntries({ $and: [ofTarget, beyond] }, order, limit).toArray(),
      count: () => countEntries(ofTarget),
      show: publicEntry,
    });
  };
}

function publicEntry({ _id, ...entry }: AuditEntry) {
  return { id: _id, ...entry };
}
