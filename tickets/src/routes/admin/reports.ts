import type { RequestHandler } from 'express';
import type { Logger, Outbox } from '@ticketing/common';
import { custom, isId, oneOf, operatorRoute, optional, sendPage, validate } from '@ticketing/common';
import type { Report } from '../../models/report.ts';
import { countReports, findReports, resolveReport } from '../../models/report.ts';

const fields = {
  status: optional(oneOf(['open', 'resolved'], 'status must be open or resolved')),
  ticketId: optional(custom(isId, 'ticketId must be an id')),
};

/** Lists reports, the oldest first; with `status` or `ticketId`, only those. */
export function listReports(): RequestHandler {
  return async (req, res) => {
    const filter = await validate<Partial<Pick<Report, 'status' | 'ticketId'>>>(fields, req, 'query');
    await sendPage(req, res, {
      sort: { field: 'createdAt', direction: 1 },
      find: (beyond, order, limit) => findReports({ $and: [filter, beyond] }, order, limit).toArray(),
      count: () => countReports(filter),
      show: reportForOperators,
    });
  };
}

export function resolveReportRoute({ outbox, log }: { outbox: Outbox; log: Logger }): RequestHandler {
  return operatorRoute('report_resolved', {
    kind: 'Report',
    log,
    async take(id, by) {
      const report = await resolveReport(id, by);
      outbox.flush(report);
      return report;
    },
    show: reportForOperators,
  });
}

function reportForOperators({ _id, outbox: _outbox, reporterKey: _key, ...report }: Report) {
  return { id: _id, ...report };
}
